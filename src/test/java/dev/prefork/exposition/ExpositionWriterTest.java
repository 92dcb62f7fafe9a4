package dev.prefork.exposition;

import static dev.prefork.exposition.Sample.all;
import static dev.prefork.exposition.Sample.exposition;
import static dev.prefork.exposition.Sample.family;
import static dev.prefork.exposition.Sample.single;
import static dev.prefork.exposition.Sample.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExpositionWriterTest {
    private static final String EOF = "# EOF\n";

    @Test
    void nothingIsAnEmptyTextOrTheEndAlone() {
        assertThat(text(Exposition.EMPTY, Format.PROMETHEUS)).isEmpty();
        assertThat(text(Exposition.EMPTY, Format.OPENMETRICS)).isEqualTo(EOF);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void aFamilyWithoutSeriesIsNotWritten(Format format) {
        Exposition empty = exposition(new Family("x", Kind.GAUGE, "Help", "", List.of()));

        assertThat(text(empty, format)).isEqualTo(text(Exposition.EMPTY, format));
    }

    @Test
    void aCounterLosesItsSuffixInOpenMetricsButForItsSamples() {
        Exposition counter = exposition(
                new Family("http_total", Kind.COUNTER, "Requests", "", List.of(Row.of("a=\"1\""), Row.of(""))), 3, 4.5);

        assertThat(text(counter, Format.PROMETHEUS)).isEqualTo("""
                        # HELP http_total Requests
                        # TYPE http_total counter
                        http_total{a="1"} 3
                        http_total 4.5
                        """);
        assertThat(text(counter, Format.OPENMETRICS)).isEqualTo("""
                        # TYPE http counter
                        # HELP http Requests
                        http_total{a="1"} 3
                        http_total 4.5
                        # EOF
                        """);
    }

    @Test
    void aCounterWithoutTheSuffixGetsItInOpenMetricsOnly() {
        Exposition counter = single("x", Kind.COUNTER, 1);

        assertThat(text(counter, Format.PROMETHEUS)).isEqualTo("# TYPE x counter\nx 1\n");
        assertThat(text(counter, Format.OPENMETRICS)).isEqualTo("# TYPE x counter\nx_total 1\n" + EOF);
    }

    @Test
    void anInfoIsAGaugeInPlainText() {
        Exposition info = exposition(family("java_info", Kind.INFO, Row.of("v=\"17\"")), 1);

        assertThat(text(info, Format.PROMETHEUS)).isEqualTo("# TYPE java_info gauge\njava_info{v=\"17\"} 1\n");
        assertThat(text(info, Format.OPENMETRICS)).isEqualTo("# TYPE java info\njava_info{v=\"17\"} 1\n" + EOF);
        assertThat(text(single("x", Kind.INFO, 1), Format.OPENMETRICS)).isEqualTo("# TYPE x info\nx_info 1\n" + EOF);
    }

    @Test
    void whatNobodyKnowsIsUntypedOrUnknown() {
        Exposition unknown = single("x", Kind.UNKNOWN, 1);

        assertThat(text(unknown, Format.PROMETHEUS)).isEqualTo("# TYPE x untyped\nx 1\n");
        assertThat(text(unknown, Format.OPENMETRICS)).isEqualTo("# TYPE x unknown\nx 1\n" + EOF);
    }

    @Test
    void aHistogramHasItsBucketsThenTheCountThenTheSum() {
        Exposition histogram = exposition(
                family("h", Kind.HISTOGRAM, Row.withBounds("a=\"b\"", 0.1, 1), Row.withBounds("")), 9, 2.5, 3, 7, 5, 6);
        String text = """
                # TYPE h histogram
                h_bucket{a="b",le="0.1"} 3
                h_bucket{a="b",le="1.0"} 7
                h_bucket{a="b",le="+Inf"} 9
                h_count{a="b"} 9
                h_sum{a="b"} 2.5
                h_bucket{le="+Inf"} 5
                h_count 5
                h_sum 6
                """;

        assertThat(text(histogram, Format.PROMETHEUS)).isEqualTo(text);
        assertThat(text(histogram, Format.OPENMETRICS)).isEqualTo(text + EOF);
    }

    @Test
    void aSummaryHasACountAndASum() {
        Exposition summary = exposition(family("s", Kind.SUMMARY, Row.of("a=\"b\"")), 2, 0.5);
        String text = "# TYPE s summary\ns_count{a=\"b\"} 2\ns_sum{a=\"b\"} 0.5\n";

        assertThat(text(summary, Format.PROMETHEUS)).isEqualTo(text);
        assertThat(text(summary, Format.OPENMETRICS)).isEqualTo(text + EOF);
    }

    @Test
    void helpIsEscapedAsTheFormatWantsIt() {
        Exposition gauge = exposition(new Family("x", Kind.GAUGE, "a\\b\nc\"d", "", List.of(Row.of(""))), 1);

        assertThat(text(gauge, Format.PROMETHEUS)).startsWith("# HELP x a\\\\b\\nc\"d\n# TYPE x gauge\n");
        assertThat(text(gauge, Format.OPENMETRICS)).startsWith("# TYPE x gauge\n# HELP x a\\\\b\\nc\\\"d\n");
    }

    @ParameterizedTest
    @CsvSource({
        "x_seconds, GAUGE, seconds, true",
        "x_seconds_total, COUNTER, seconds, true",
        "x_seconds, HISTOGRAM, seconds, true",
        "x, GAUGE, seconds, false",
        "xseconds, GAUGE, seconds, false",
        "seconds, GAUGE, seconds, false",
        "x_seconds_sum, GAUGE, seconds, false",
        "x_seconds_info, INFO, seconds, false",
        "x_, GAUGE, '', false",
    })
    void aUnitIsToldWhereTheNameEndsWithIt(String name, Kind kind, String unit, boolean told) {
        double[] values = kind == Kind.HISTOGRAM ? new double[] {1, 1} : new double[] {1};
        Exposition exposition = exposition(new Family(name, kind, "H", unit, List.of(Row.of(""))), values);

        assertThat(text(exposition, Format.PROMETHEUS)).doesNotContain("UNIT");
        if (told) {
            assertThat(text(exposition, Format.OPENMETRICS))
                    .containsPattern("^# TYPE x_seconds \\w+\n# UNIT x_seconds seconds\n# HELP x_seconds H\n");
        } else {
            assertThat(text(exposition, Format.OPENMETRICS)).doesNotContain("UNIT");
        }
    }

    @Test
    void labelsAreWrittenAsTheyAreInUtf8() {
        String labels = "a=\"\\\\\\\"\\n\",b=\"ä€😀\"";
        byte[] text = ExpositionWriter.write(exposition(family("x", Kind.GAUGE, Row.of(labels)), 1), Format.PROMETHEUS);

        assertThat(new String(text, StandardCharsets.UTF_8)).contains("\nx{" + labels + "} 1\n");
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void numbersOfASeriesStayWithItWhateverIsLeftOut(Format format) {
        Exposition mixed = all(
                exposition(family("a", Kind.HISTOGRAM, Row.withBounds("", 1, 2)), 3, 4, 1, 2),
                exposition(new Family("empty", Kind.SUMMARY, "", "", List.of())),
                exposition(family("a", Kind.SUMMARY, Row.of(""), Row.of("x=\"1\"")), 7, 8, 9, 10),
                single("z", Kind.GAUGE, 42));

        assertThat(text(mixed, format)).contains("a_count 3\n", "\nz 42\n").doesNotContain("8", "10", "empty");
    }

    @Test
    void ofTwoFamiliesOfOneNameTheSecondIsLeftOut() {
        Exposition twice = all(single("x", Kind.GAUGE, 1), single("x", Kind.GAUGE, 2));

        assertThat(text(twice, Format.PROMETHEUS)).isEqualTo("# TYPE x gauge\nx 1\n");
        assertThat(text(twice, Format.OPENMETRICS)).isEqualTo("# TYPE x gauge\nx 1\n" + EOF);
    }

    @Test
    void aFamilyWithoutSeriesClaimsNoName() {
        Exposition twice = all(exposition(family("x", Kind.COUNTER)), single("x", Kind.GAUGE, 2));

        assertThat(text(twice, Format.PROMETHEUS)).isEqualTo("# TYPE x gauge\nx 2\n");
        assertThat(text(twice, Format.OPENMETRICS)).isEqualTo("# TYPE x gauge\nx 2\n" + EOF);
    }

    @Test
    void thousandsOfSeriesAreWrittenInFull() {
        Row[] rows = new Row[5000];
        double[] values = new double[rows.length * 3];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Row.withBounds("i=\"" + i + "\"", i + 0.5);
            values[3 * i] = i;
        }
        String text = text(exposition(family("h", Kind.HISTOGRAM, rows), values), Format.OPENMETRICS);

        assertThat(text.lines()).hasSize(2 + 4 * rows.length);
        assertThat(text)
                .contains("\nh_bucket{i=\"1\",le=\"1.5\"} 0\n", "\nh_bucket{i=\"4999\",le=\"4999.5\"} 0\n")
                .contains("\nh_count{i=\"4999\"} 4999\n");
    }
}
