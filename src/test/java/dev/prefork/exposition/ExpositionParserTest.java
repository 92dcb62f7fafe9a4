package dev.prefork.exposition;

import static dev.prefork.exposition.Sample.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionParserTest {
    @Test
    void plainTextOfTheGoClientIsRead() {
        assertRead(
                """
                # HELP go_gc_duration_seconds A summary of pauses.
                # TYPE go_gc_duration_seconds summary
                go_gc_duration_seconds{quantile="0"} 4.9351e-05
                go_gc_duration_seconds{quantile="1"} 0.0001
                go_gc_duration_seconds_sum 0.002
                go_gc_duration_seconds_count 15
                # HELP go_info Information about the Go environment.
                # TYPE go_info gauge
                go_info{version="go1.21"} 1
                # TYPE http_seconds histogram
                http_seconds_bucket{code="200",le="0.1"} 1
                http_seconds_bucket{code="200",le="1"} 2
                http_seconds_bucket{code="200",le="1e+06"} 2
                http_seconds_bucket{code="200",le="+Inf"} 3
                http_seconds_sum{code="200"} 1.5
                http_seconds_count{code="200"} 3
                # TYPE http_requests_total counter
                http_requests_total{code="200",method="post"} 1027 1395066363000
                # TYPE odd untyped
                odd 1
                """,
                "SUMMARY go_gc_duration_seconds{} 15.0 0.002",
                "GAUGE go_info{version=\"go1.21\"} 1.0",
                "HISTOGRAM http_seconds{code=\"200\"}[0.1, 1.0, 1000000.0] 3.0 1.5 1.0 2.0 2.0",
                "COUNTER http_requests_total{code=\"200\",method=\"post\"} 1027.0",
                "UNKNOWN odd{} 1.0");
    }

    @Test
    void openMetricsWithAllItsTypesIsRead() {
        assertRead(
                """
                # TYPE foo counter
                # UNIT foo seconds
                # HELP foo Some \\"text\\"\\n and \\\\n
                foo_total{a="b"} 17.0 1520879607.789 # {trace_id="x # y"} 0.5 1520879607.7
                foo_created{a="b"} 1520430000.123
                # TYPE target info
                target_info{env="prod"} 1
                # TYPE up unknown
                up 1
                # TYPE feature stateset
                feature{feature="a"} 1
                feature{feature="b"} 0
                # TYPE h histogram
                h_bucket{le="1.0"} 2 # {id="1"} 0.67
                h_bucket{le="+Inf"} 3
                h_count 3
                h_sum 3.5
                h_created 1.5e9
                # TYPE s summary
                s{quantile="0.5"} 3
                s_count 2
                s_sum 6
                s_created 1
                # EOF
                """,
                "COUNTER foo_total{a=\"b\"} 17.0",
                "INFO target_info{env=\"prod\"} 1.0",
                "UNKNOWN up{} 1.0",
                "GAUGE feature{feature=\"a\"} 1.0",
                "GAUGE feature{feature=\"b\"} 0.0",
                "HISTOGRAM h{}[1.0] 3.0 3.5 2.0",
                "SUMMARY s{} 2.0 6.0");
    }

    @Test
    void helpAndUnitAreUnescapedAndTheFirstHolds() {
        Family family = Sample.parse("""
                        # HELP x \t one \\\\ two \\n three \\" four \\x five\\
                        # UNIT x seconds
                        # HELP x another
                        # UNIT x bytes
                        # TYPE x gauge
                        x 1
                        """).exposition().shape().families().get(0);

        assertThat(family.help()).isEqualTo("one \\ two \n three \" four \\x five\\");
        assertThat(family.unit()).isEqualTo("seconds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "counter|foo|foo_total|COUNTER|foo_total",
                "counter|foo|foo|COUNTER|foo",
                "counter|foo_total|foo_total|COUNTER|foo_total",
                "info|foo|foo_info|INFO|foo_info",
                "info|foo_info|foo_info|INFO|foo_info",
                "gauge|foo_total|foo_total|GAUGE|foo_total",
                "gauge|foo_info|foo_info|GAUGE|foo_info",
                "Gauge|foo|foo|GAUGE|foo",
                "unknown|foo_bucket|foo_bucket|UNKNOWN|foo_bucket",
            })
    void aFamilyHasTheNameOfItsSamples(String type, String declared, String sample, Kind kind, String name) {
        assertRead("# TYPE " + declared + " " + type + "\n" + sample + " 1\n", kind + " " + name + "{} 1.0");
    }

    @Test
    void whatHasNoTypeIsUnknown() {
        assertRead(
                "a 1\n# HELP b Only help\nb 2\nc_total 3\nc_bucket{le=\"1\"} 4\na{x=\"1\"} 5\n",
                "UNKNOWN a{} 1.0",
                "UNKNOWN a{x=\"1\"} 5.0",
                "UNKNOWN b{} 2.0",
                "UNKNOWN c_total{} 3.0",
                "UNKNOWN c_bucket{le=\"1\"} 4.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{b=\"2\",a=\"1\"}|a=\"1\",b=\"2\"",
                "{a=\"1\",b=\"\"}|a=\"1\"",
                "{a=\"\"}|''",
                "{}|''",
                "{ }|''",
                "{ a = \"1\" , b=\"2\" , }|a=\"1\",b=\"2\"",
                "{a=\"1\"}|a=\"1\"",
                "{a=\"\\x\"}|a=\"\\\\x\"",
                "{a=\"\\\\\\\"\\n\"}|a=\"\\\\\\\"\\n\"",
                "{a=\"}{,= # \"}|a=\"}{,= # \"",
                "{a=\"é😀\"}|a=\"é😀\"",
                "{_=\"1\",A1=\"2\"}|A1=\"2\",_=\"1\"",
            })
    void labelsBecomeCanonical(String given, String canonical) {
        assertRead("x" + given + " 1", "UNKNOWN x{" + canonical + "} 1.0");
        assertRead("x " + given + " 1", "UNKNOWN x{" + canonical + "} 1.0");
    }

    @Test
    void theBoundMayStandAnywhereAmongTheLabels() {
        for (String labels :
                List.of("a=\"1\",z=\"2\",le=\"5\"", "a=\"1\",le=\"5\",z=\"2\"", "le=\"5\",z=\"2\",a=\"1\"")) {
            assertRead(
                    "# TYPE h histogram\nh_bucket{" + labels
                            + "} 3\nh_count{z=\"2\",a=\"1\"} 4\nh_sum{a=\"1\",z=\"2\"} 1\n",
                    "HISTOGRAM h{a=\"1\",z=\"2\"}[5.0] 4.0 1.0 3.0");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.0",
        "-0, -0.0",
        "+5, 5.0",
        "NaN, NaN",
        "+Inf, Infinity",
        "-Inf, -Infinity",
        "1e400, Infinity",
        "0.30000000000000004, 0.30000000000000004",
        "1 1395066363000, 1.0",
        "1 -3.5, 1.0",
        "1 # {} 5, 1.0",
        "1 # anything, 1.0",
    })
    void valuesMayBeAnyNumberAndTimestampsAreDropped(String given, String value) {
        assertRead("x " + given, "UNKNOWN x{} " + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x 1",
                "x 1\n",
                "x 1\r\n",
                "\n\n  \t\nx 1\n\n",
                "  x\t1  \n",
                "x 1 \r\n\r\n",
                "# EOF\nx 1",
                "#\n# x\n#x\nx 1"
            })
    void blanksLineEndsAndCommentsDoNotMatter(String text) {
        assertRead(text, "UNKNOWN x{} 1.0");
    }

    @Test
    void textThatWasThroughWindowsIsRead() {
        Parsed parsed =
                Sample.parse("# HELP x H\r\n# TYPE x gauge\r\n# UNIT x s\r\nx{a=\"1\"} 1\r\nx 2 3\r\n# EOF\r\n");

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.exposition().shape().families())
                .containsExactly(new Family("x", Kind.GAUGE, "H", "s", List.of(Row.of("a=\"1\""), Row.of(""))));
    }

    @Test
    void familiesWithoutSamplesAreNone() {
        assertRead("# HELP a A\n# TYPE a gauge\n# TYPE b histogram\n# HELP c C\n");
    }

    @Test
    void aFamilyInSeveralPiecesIsGathered() {
        assertRead(
                """
                # TYPE a counter
                # TYPE h histogram
                a{x="1"} 1
                h_bucket{le="1"} 1
                b 1
                a{x="2"} 2
                h_count 2
                # TYPE a counter
                a{x="3"} 3
                h_sum 5
                """,
                "COUNTER a{x=\"1\"} 1.0",
                "COUNTER a{x=\"2\"} 2.0",
                "COUNTER a{x=\"3\"} 3.0",
                "HISTOGRAM h{}[1.0] 2.0 5.0 1.0",
                "UNKNOWN b{} 1.0");
    }

    @Test
    void aGaugeMayBeNamedLikeASampleOfTheHistogramBeforeIt() {
        assertRead(
                "# TYPE x histogram\nx_count 3\nx_sum 1\n# TYPE x_count gauge\nx_count 7\n",
                "HISTOGRAM x{} 3.0 1.0",
                "GAUGE x_count{} 7.0");
    }

    @Test
    void pythonsGaugesOfAgesAreDroppedInPlainText() {
        assertRead("""
                # TYPE a_total counter
                a_total 1
                # TYPE a_created gauge
                a_created 1.7e9
                # TYPE h histogram
                h_count 1
                h_sum 1
                # TYPE h_created gauge
                h_created 1.7e9
                # TYPE other_created gauge
                other_created 5
                """, "COUNTER a_total{} 1.0", "HISTOGRAM h{} 1.0 1.0", "GAUGE other_created{} 5.0");
    }

    @Test
    void whatAHistogramOrSummaryLeavesOutIsMadeUpFor() {
        assertRead("""
                # TYPE h histogram
                h_bucket{le="2"} 3
                h_bucket{le="1"} 1
                h_bucket{le="+Inf"} 4
                # TYPE s summary
                s_count 3
                # TYPE q summary
                q{quantile="0.5"} 3
                """, "HISTOGRAM h{}[1.0, 2.0] 4.0 NaN 1.0 3.0", "SUMMARY s{} 3.0 NaN");
    }

    @Test
    void linesThatFollowEachOtherShareTheirLabels() {
        List<Family> families = Sample.parse("a{x=\"1\"} 1\nb{x=\"1\"} 2\n")
                .exposition()
                .shape()
                .families();

        assertThat(families.get(0).rows().get(0).labels())
                .isSameAs(families.get(1).rows().get(0).labels());
    }

    private static void assertRead(String text, String... lines) {
        Parsed parsed = Sample.parse(text);

        assertThat(parsed.problems()).as(text).isEmpty();
        assertThat(lines(parsed.exposition())).as(text).containsExactly(lines);
    }
}
