package dev.prefork.exposition;

import static dev.prefork.exposition.Sample.all;
import static dev.prefork.exposition.Sample.exposition;
import static dev.prefork.exposition.Sample.family;
import static dev.prefork.exposition.Sample.single;
import static dev.prefork.exposition.Sample.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What OpenMetrics cannot say. */
class ExpositionClashesTest {
    @Test
    void aGaugeMayBeNamedLikeACounter() {
        assertThat(open(single("x_total", Kind.GAUGE, 1))).isEqualTo("# TYPE x_total gauge\nx_total 1\n# EOF\n");
    }

    @Test
    void aCounterBesideAGaugeOfItsNameIsWrittenAsUnknown() {
        Exposition counterFirst = all(single("x_total", Kind.COUNTER, 1), single("x", Kind.GAUGE, 2));
        Exposition gaugeFirst = all(single("x", Kind.GAUGE, 2), single("x_total", Kind.COUNTER, 1));

        assertThat(open(counterFirst)).isEqualTo("# TYPE x_total unknown\nx_total 1\n# TYPE x gauge\nx 2\n# EOF\n");
        assertThat(open(gaugeFirst)).isEqualTo("# TYPE x gauge\nx 2\n# TYPE x_total unknown\nx_total 1\n# EOF\n");
        assertThat(text(counterFirst, Format.PROMETHEUS)).contains("# TYPE x_total counter\n");
    }

    @Test
    void aCounterBesideAGaugeOfItsSamplesNameIsLeftOut() {
        assertThat(open(all(single("x", Kind.COUNTER, 1), single("x", Kind.GAUGE, 2))))
                .isEqualTo("# TYPE x gauge\nx 2\n# EOF\n");
    }

    @Test
    void anInfoBesideAGaugeOfItsNameIsWrittenAsUnknown() {
        assertThat(open(all(single("x_info", Kind.INFO, 1), single("x", Kind.GAUGE, 2))))
                .isEqualTo("# TYPE x_info unknown\nx_info 1\n# TYPE x gauge\nx 2\n# EOF\n");
    }

    @Test
    void aUnitIsNotToldOfACounterThatBecameUnknown() {
        Family counter = new Family("x_seconds_total", Kind.COUNTER, "H", "seconds", List.of(Row.of("")));

        assertThat(open(all(exposition(counter, 1), single("x_seconds", Kind.GAUGE, 2))))
                .startsWith("# TYPE x_seconds_total unknown\n# HELP x_seconds_total H\nx_seconds_total 1\n");
    }

    @ParameterizedTest
    @CsvSource({
        "HISTOGRAM, x_count",
        "HISTOGRAM, x_sum",
        "HISTOGRAM, x_bucket",
        "HISTOGRAM, x_created",
        "HISTOGRAM, x",
        "SUMMARY, x_count",
        "SUMMARY, x_sum",
        "SUMMARY, x_created",
        "SUMMARY, x",
    })
    void aGaugeNamedLikeASampleOfAHistogramOrSummaryIsLeftOut(Kind kind, String name) {
        Exposition whole = single("x", kind, 1, 2);

        assertThat(open(all(single(name, Kind.GAUGE, 3), whole))).isEqualTo(open(whole));
        assertThat(open(all(whole, single(name, Kind.UNKNOWN, 3)))).isEqualTo(open(whole));
    }

    @ParameterizedTest
    @CsvSource({"HISTOGRAM, x_count", "HISTOGRAM, x_sum", "HISTOGRAM, x_bucket", "SUMMARY, x_count", "SUMMARY, x_sum"})
    void inPlainTextASampleIsThereOnceAndItsFamilyIsTheHistogramOrSummary(Kind kind, String name) {
        Exposition whole = single("x", kind, 1, 2);

        for (Kind other : new Kind[] {Kind.GAUGE, Kind.COUNTER, Kind.UNKNOWN}) {
            assertThat(text(all(single(name, other, 3), whole), Format.PROMETHEUS))
                    .isEqualTo(text(whole, Format.PROMETHEUS));
        }
    }

    @Test
    void inPlainTextANameThatOnlyLooksLikeASampleStays() {
        Exposition both = all(single("x", Kind.SUMMARY, 1, 2), single("x_bucket", Kind.GAUGE, 3));
        assertThat(text(both, Format.PROMETHEUS)).contains("x_bucket 3\n");
        assertThat(text(single("y_count", Kind.GAUGE, 3), Format.PROMETHEUS)).contains("y_count 3\n");
    }

    @Test
    void aNameThatIsNothingButASuffixIsAnUnknown() {
        assertThat(open(single("_total", Kind.COUNTER, 1))).isEqualTo("# TYPE _total unknown\n_total 1\n# EOF\n");
        assertThat(open(single("_info", Kind.INFO, 1))).isEqualTo("# TYPE _info unknown\n_info 1\n# EOF\n");
    }

    static Stream<Arguments> forbidden() {
        return Stream.of(
                Arguments.of(Kind.COUNTER, new double[] {-1}),
                Arguments.of(Kind.COUNTER, new double[] {Double.NaN}),
                Arguments.of(Kind.INFO, new double[] {0}),
                Arguments.of(Kind.INFO, new double[] {Double.NaN}),
                Arguments.of(Kind.SUMMARY, new double[] {-1, 1}),
                Arguments.of(Kind.SUMMARY, new double[] {1.5, 1}),
                Arguments.of(Kind.SUMMARY, new double[] {Double.NaN, 1}),
                Arguments.of(Kind.SUMMARY, new double[] {Double.POSITIVE_INFINITY, 1}),
                Arguments.of(Kind.HISTOGRAM, new double[] {-1, 1}),
                Arguments.of(Kind.HISTOGRAM, new double[] {0.5, 1}));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void aSeriesWithNumbersThatItsTypeForbidsIsLeftOut(Kind kind, double[] values) {
        assertThat(open(single("x", kind, values))).isEqualTo("# EOF\n");
        assertThat(text(single("x", kind, values), Format.PROMETHEUS)).contains("# TYPE x ");
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 5", "1, 6, 5", "-1, 1, 5", "NaN, 1, 5", "0.5, 1, 5", "1, Infinity, Infinity"})
    void aHistogramWhoseBucketsMakeNoSenseIsLeftOut(double first, double second, double count) {
        Family histogram = family("x", Kind.HISTOGRAM, Row.withBounds("", 1, 2));

        assertThat(open(exposition(histogram, count, 1, first, second))).isEqualTo("# EOF\n");
    }

    @Test
    void onlyTheBadSeriesOfAFamilyIsLeftOut() {
        Family counter = family("x_total", Kind.COUNTER, Row.of("a=\"1\""), Row.of("a=\"2\""), Row.of("a=\"3\""));

        assertThat(open(exposition(counter, -1, 2, 3)))
                .isEqualTo("# TYPE x counter\nx_total{a=\"2\"} 2\nx_total{a=\"3\"} 3\n# EOF\n");
    }

    @ParameterizedTest
    @CsvSource({"1, -0.5", "1, NaN", "-1, 0.5"})
    void aSumThatMayGoDownIsLeftOutAndTheCountWithIt(double bound, double sum) {
        Exposition histogram = exposition(family("x", Kind.HISTOGRAM, Row.withBounds("", bound)), 2, sum, 1);

        assertThat(open(histogram).lines())
                .containsExactly(
                        "# TYPE x histogram", "x_bucket{le=\"" + bound + "\"} 1", "x_bucket{le=\"+Inf\"} 2", "# EOF");
        assertThat(text(histogram, Format.PROMETHEUS)).contains("x_count 2\nx_sum ");
    }

    @ParameterizedTest
    @CsvSource({"-0.5", "NaN"})
    void aSummaryWithSuchASumHasACountAlone(double sum) {
        assertThat(open(single("x", Kind.SUMMARY, 2, sum))).isEqualTo("# TYPE x summary\nx_count 2\n# EOF\n");
    }

    private static String open(Exposition exposition) {
        return text(exposition, Format.OPENMETRICS);
    }
}
