package dev.prefork.exposition;

import static dev.prefork.exposition.Sample.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left out of a text, and what is said about it. */
class ExpositionProblemsTest {
    private static final String GOOD = "good 1\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1x 1|an illegal name",
                "x-y 1|an illegal name",
                "x.y 1|an illegal name",
                "é 1|an illegal name",
                "=|an illegal name",
                "{\"my.metric\",a=\"b\"} 1|a name in quotes",
                "x{\"my.label\"=\"b\"} 1|an illegal label name",
                "x{1=\"b\"} 1|an illegal label name",
                "x{a:b=\"b\"} 1|an illegal label name",
                "x{=\"b\"} 1|an illegal label name",
                "x{,} 1|an illegal label name",
                "x{a=\"1\",,b=\"2\"} 1|an illegal label name",
                "x{a} 1|an illegal label name",
                "x{a=b} 1|an unquoted label value",
                "x{a=|an unquoted label value",
                "x{a=\"1\"b=\"2\"} 1|no comma between labels",
                "x{a=\"1\" 1|no comma between labels",
                "x{|unterminated labels",
                "x{a|unterminated labels",
                "x{a=\"1|unterminated labels",
                "x{a=\"1\\|unterminated labels",
                "x{a=\"1\\\"} 1|unterminated labels",
                "x{a=\"1\",a=\"2\"} 1|a duplicate label",
                "x{a=\"1\",b=\"2\",a=\"1\"} 1|a duplicate label",
                "x|a value that is not a number",
                "x{a=\"1\"}|a value that is not a number",
                "x one|a value that is not a number",
                "x 1,5|a value that is not a number",
                "x 0x10|a value that is not a number",
                "x {a=\"1\"} {b=\"1\"} 1|a value that is not a number",
                "x 1 now|a timestamp that is not a number",
                "x 1 2 3|trailing characters after the timestamp",
            })
    void aLineThatMakesNoSenseIsLeftOutAlone(String line, String problem) {
        Parsed parsed = Sample.parse(GOOD + line + "\nalso 2\n");

        assertThat(parsed.problems()).containsExactly("line 2: " + problem + ": " + line);
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN good{} 1.0", "UNKNOWN also{} 2.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "# TYPE a.b gauge|an illegal name",
                "# TYPE \"a.b\" gauge|an illegal name",
                "# HELP 1a x|an illegal name",
                "# TYPE|an illegal name",
                "# TYPE x|an unknown type",
                "# TYPE x enum|an unknown type",
                "# TYPE x gauge and a lot of other words|an unknown type",
                "# TYPE x gaugehistogram|a type that cannot be merged, left out",
            })
    void aDeclarationThatMakesNoSenseIsToldOf(String line, String problem) {
        Parsed parsed = Sample.parse(GOOD + line + "\n");

        assertThat(parsed.problems()).containsExactly("line 2: " + problem + ": " + line);
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN good{} 1.0");
    }

    @Test
    void theSamplesOfAnUnknownTypeAreUnknown() {
        assertThat(lines(Sample.parse("# TYPE x enum\nx 1\n").exposition())).containsExactly("UNKNOWN x{} 1.0");
    }

    @Test
    void aGaugehistogramIsLeftOutAsAWhole() {
        Parsed parsed = Sample.parse("""
                # TYPE g gaugehistogram
                # HELP g Help
                g_bucket{le="1"} 1
                g_bucket{le="+Inf"} 2
                g_gcount 2
                g_gsum 3
                good 1
                g_gcount{a="1"} 2
                """);

        assertThat(parsed.problems()).singleElement().asString().startsWith("line 1: a type that cannot");
        assertThat(parsed.flaws()).containsExactly(Map.entry(Flaw.UNSUPPORTED, 1));
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN good{} 1.0");
    }

    @Test
    void ofTwoTypesOfOneNameTheSecondIsLeftOut() {
        Parsed parsed = Sample.parse("""
                # TYPE x counter
                x{a="1"} 1
                # HELP x Second
                # TYPE x histogram
                # HELP x Third
                x_bucket{le="+Inf"} 5
                x_count 5
                good 1
                x{a="2"} 2
                """);

        assertThat(parsed.problems())
                .containsExactly("line 4: a second type for one name, left out: # TYPE x histogram");
        assertThat(lines(parsed.exposition()))
                .containsExactly("COUNTER x{a=\"1\"} 1.0", "COUNTER x{a=\"2\"} 2.0", "UNKNOWN good{} 1.0");
    }

    @Test
    void aTypeThatComesAfterTheSamplesIsTooLate() {
        Parsed parsed = Sample.parse("x 1\n# TYPE x gauge\nx{a=\"1\"} 2\n");

        assertThat(parsed.problems()).hasSize(1);
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN x{} 1.0");
    }

    @Test
    void twoFamiliesThatEndUpWithOneNameAreNotBothKept() {
        Parsed parsed = Sample.parse("# TYPE x counter\nx_total 1\n# TYPE x_total gauge\nx_total 2\n");

        assertThat(parsed.problems()).containsExactly("x_total: is a duplicate, left out");
        assertThat(lines(parsed.exposition())).containsExactly("COUNTER x_total{} 1.0");
    }

    @Test
    void aSeriesThatIsGivenTwiceHoldsTheFirstNumber() {
        Parsed parsed = Sample.parse("x{a=\"1\",b=\"2\"} 1\nx 3\nx{b=\"2\",a=\"1\"} 2\nx{a=\"1\",b=\"2\",c=\"\"} 4\n");

        assertThat(parsed.problems())
                .containsExactly(
                        "line 3: a duplicate series, the first is kept: x{b=\"2\",a=\"1\"} 2",
                        "line 4: a duplicate series, the first is kept: x{a=\"1\",b=\"2\",c=\"\"} 4");
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN x{a=\"1\",b=\"2\"} 1.0", "UNKNOWN x{} 3.0");
    }

    @Test
    void aWholeHistogramThatIsGivenTwiceHoldsTheFirstNumbers() {
        String once = "h_bucket{le=\"1\"} %d\nh_bucket{le=\"2\"} %d\nh_bucket{le=\"+Inf\"} %d\nh_count %d\nh_sum %d\n";
        Parsed parsed =
                Sample.parse("# TYPE h histogram\n" + once.formatted(1, 2, 3, 3, 4) + once.formatted(5, 6, 7, 7, 8));

        assertThat(parsed.problems())
                .containsExactly(
                        "line 9: a duplicate series, the first is kept: h_bucket{le=\"+Inf\"} 7",
                        "line 10: a duplicate series, the first is kept: h_count 7",
                        "line 11: a duplicate series, the first is kept: h_sum 8",
                        "h{}: has a duplicate bucket, the first is kept");
        assertThat(lines(parsed.exposition())).containsExactly("HISTOGRAM h{}[1.0, 2.0] 3.0 4.0 1.0 2.0");
    }

    @Test
    void aBucketThatIsGivenTwiceInARowHoldsTheFirst() {
        Parsed parsed =
                Sample.parse("# TYPE h histogram\nh_bucket{le=\"-0\"} 1\nh_bucket{le=\"0\"} 2\nh_bucket{le=\"1.0\"} 3\n"
                        + "h_bucket{le=\"1\"} 4\nh_count 5\nh_sum 1\n");

        assertThat(parsed.problems()).hasSize(2);
        assertThat(lines(parsed.exposition())).containsExactly("HISTOGRAM h{}[0.0, 1.0] 5.0 1.0 1.0 3.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "h_bucket{le=\"1\"} 1;h_sum 3|has neither a count nor a bucket +Inf|GARBAGE",
                "h_sum 3|has neither a count nor a bucket +Inf|GARBAGE",
                "h_bucket{le=\"1\"} 5;h_bucket{le=\"2\"} 4;h_count 6|has decreasing buckets|BUCKETS",
                "h_bucket{le=\"2\"} 4;h_bucket{le=\"1\"} 5;h_count 6|has decreasing buckets|BUCKETS",
                "h_bucket{le=\"1\"} -1;h_count 6|has decreasing buckets|NEGATIVE",
                "h_bucket{le=\"1\"} NaN;h_count 6|has decreasing buckets|NAN",
                "h_bucket{le=\"1\"} 7;h_count 6|has a count below that of a bucket|BUCKETS",
                "h_bucket{le=\"1\"} 7;h_bucket{le=\"+Inf\"} 6|has a count below that of a bucket|BUCKETS",
                "h_count NaN|has a count below that of a bucket|NAN",
                "h_count -1|has a count below that of a bucket|NEGATIVE",
                "h_count +Inf|has a count below that of a bucket|NAN",
            })
    void aHistogramThatMakesNoSenseIsLeftOutButNotItsSiblings(String samples, String problem, Flaw flaw) {
        Parsed parsed = Sample.parse(
                "# TYPE h histogram\nh_count{a=\"1\"} 1\n" + samples.replace(';', '\n') + "\nh_sum{a=\"1\"} 2\n");

        assertThat(parsed.problems()).containsExactly("h{}: " + problem + ", left out");
        assertThat(parsed.flaws()).containsExactly(Map.entry(flaw, 1));
        assertThat(lines(parsed.exposition())).containsExactly("HISTOGRAM h{a=\"1\"} 1.0 2.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "histogram|x 1|not a sample of this type",
                "summary|x 1|a quantile without its label",
                "histogram|x_bucket 1|a bucket without a bound",
                "histogram|x_bucket{le=\"\"} 1|a bucket without a bound",
                "histogram|x_bucket{le=\"many\"} 1|a bucket without a bound",
                "histogram|x_bucket{le=\"NaN\"} 1|a bucket without a bound",
                "histogram|x_bucket{le=\"-Inf\"} 1|a bucket without a bound",
                "histogram|x_bucket{le=\"1\",le=\"2\"} 1|a duplicate label",
                "histogram|x_count{le=\"1\"} 1|a bound that only a bucket has",
                "histogram|x_sum{a=\"1\",le=\"1\"} 1|a bound that only a bucket has",
            })
    void aSampleThatDoesNotFitItsTypeIsLeftOut(String type, String line, String problem) {
        Parsed parsed = Sample.parse("# TYPE x " + type + "\n" + line + "\n" + GOOD);

        assertThat(parsed.problems()).containsExactly("line 2: " + problem + ": " + line);
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN good{} 1.0");
    }

    @Test
    void anInfoThatIsNotOneIsLeftOutAlone() {
        Parsed parsed = Sample.parse("# TYPE b info\nb_info{v=\"1\"} 0\nb_info{v=\"2\"} 1\nb_info{v=\"3\"} NaN\n");

        assertThat(parsed.flaws()).containsExactly(Map.entry(Flaw.INFO, 2));
        assertThat(lines(parsed.exposition())).containsExactly("INFO b_info{v=\"2\"} 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x 1 10;x 2 20|2.0",
                "x 2 20;x 1 10|2.0",
                "x 1 -10;x 2 -5.5;x 3 -7|2.0",
                "x 1;x 2 20|2.0",
                "x 2 20;x 1|2.0",
            })
    void ofSeveralTimestampsTheNewestCounts(String samples, String value) {
        Parsed parsed = Sample.parse(samples.replace(';', '\n') + "\n");

        assertThat(parsed.problems()).isEmpty();
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN x{} " + value);
    }

    @Test
    void ofTwoSamplesWithOneTimestampTheFirstIsKept() {
        Parsed parsed = Sample.parse("x 1 10\nx 2 10\n");

        assertThat(parsed.problems()).containsExactly("line 2: a duplicate series, the first is kept: x 2 10");
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN x{} 1.0");
    }

    @Test
    void theNewestPointOfAHistogramCountsAsAWhole() {
        String point = "h_bucket{le=\"1\"} %1$d %2$d\nh_bucket{le=\"2\"} %1$d %2$d\nh_bucket{le=\"+Inf\"} %1$d %2$d\n"
                + "h_count %1$d %2$d\nh_sum %1$d %2$d\n";
        for (int[] order : new int[][] {{1, 2, 3}, {3, 2, 1}, {2, 3, 1}}) {
            StringBuilder text = new StringBuilder("# TYPE h histogram\n");
            for (int at : order) {
                text.append(point.formatted(10 * at, at));
            }
            Parsed parsed = Sample.parse(text.toString());

            assertThat(parsed.problems()).isEmpty();
            assertThat(lines(parsed.exposition())).containsExactly("HISTOGRAM h{}[1.0, 2.0] 30.0 30.0 30.0 30.0");
        }
    }

    @Test
    void aSummaryWithoutACountIsLeftOut() {
        Parsed parsed = Sample.parse("# TYPE s summary\ns_sum{a=\"1\"} 2\n" + GOOD);

        assertThat(parsed.problems()).containsExactly("s{a=\"1\"}: has no count, left out");
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN good{} 1.0");
    }

    @Test
    void ofManyProblemsTheFirstAreToldAndTheRestAreCounted() {
        Parsed parsed = Sample.parse("?\n".repeat(500) + GOOD);

        assertThat(parsed.problems())
                .hasSize(21)
                .startsWith("line 1: an illegal name: ?")
                .endsWith("and 480 more");
        assertThat(parsed.flaws()).containsExactly(Map.entry(Flaw.GARBAGE, 500));
        assertThat(lines(parsed.exposition())).containsExactly("UNKNOWN good{} 1.0");
    }

    @Test
    void problemsAreShortAndOneLineWhateverTheTextIs() {
        Parsed parsed = Sample.parse("?\u001b[31m\u0000\u0085\u2028\u202e" + "x".repeat(100_000) + "\n" + GOOD);

        assertThat(parsed.problems())
                .singleElement()
                .asString()
                .hasSizeLessThan(100)
                .startsWith("line 1: an illegal name: ??[31m????xxx");
    }
}
