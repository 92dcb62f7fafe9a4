package dev.prefork.metrics.merge;

import static dev.prefork.metrics.merge.Expositions.counter;
import static dev.prefork.metrics.merge.Expositions.gauge;
import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergerTest {
    private final List<String> said = new ArrayList<>();
    private final Rejects rejects = new Rejects(said::add);
    private final Merger merger = merger(Merger.Grouping.MERGED, 1000);

    private Merger merger(Merger.Grouping grouping, int mostSeries, String... rules) {
        return new Merger(
                GaugeRules.of(
                        List.of(rules).stream().map(GaugeRules.Rule::parse).toList()),
                grouping,
                Expositions.limits(mostSeries),
                rejects);
    }

    @Test
    void countersAddUpOverTheLivingAndTheDead() {
        merger.observe(0, 100, counter("a_total", 5));
        merger.observe(1, 101, counter("a_total", 7));
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(12);

        merger.retire(100);
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(12);

        merger.observe(0, 102, counter("a_total", 1));
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(13);
    }

    @Test
    void aPidThatComesAgainIsAnotherWorker() {
        merger.observe(0, 100, counter("a_total", 5));
        merger.retire(100);
        merger.observe(1, 100, counter("a_total", 2));
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(7);
    }

    @Test
    void aCounterThatBeginsAnewInALivingWorkerGoesOn() {
        merger.observe(0, 100, counter("a_total", 5));
        merger.observe(0, 100, counter("a_total", 2));
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(7);
        merger.observe(0, 100, counter("a_total", 4));
        merger.retire(100);
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(9);
    }

    @Test
    void aHistogramThatBeginsAnewDoesSoAsAWhole() {
        merger.observe(0, 100, Expositions.of(Kind.HISTOGRAM, "h", 3, 6, 1, 2).build());
        merger.observe(0, 100, Expositions.of(Kind.HISTOGRAM, "h", 1, 9, 0, 0).build());
        assertThat(numbers(merger.merged(), "h")).containsExactly(4, 15, 1, 2);
    }

    @Test
    void histogramsAndSummariesAddUp() {
        Exposition worker = Expositions.of(Kind.HISTOGRAM, "h", 3, 6.5, 1, 2)
                .and(Kind.SUMMARY, "s", 2, 0.5)
                .build();
        merger.observe(0, 100, worker);
        merger.observe(1, 101, worker);
        merger.retire(101);
        assertThat(numbers(merger.merged(), "h")).containsExactly(6, 13, 2, 4);
        assertThat(numbers(merger.merged(), "s")).containsExactly(4, 1);
    }

    /** Of bounds that are not the worker's own it is known that at least those below the next lower bound were below. */
    @Test
    void aHistogramWithOtherBoundsIsCountedAsFarAsItIsKnown() {
        merger.observe(0, 100, row("h", Row.withBounds("", 1, 5, 10), 10, 50, 1, 5, 9));
        merger.observe(1, 101, row("h", Row.withBounds("", 0.5, 5, 7), 10, 50, 2, 4, 8));
        assertThat(numbers(merger.merged(), "h")).containsExactly(20, 100, 1 + 2, 5 + 4, 9 + 8);
    }

    private static Exposition row(String name, Row row, double... values) {
        return new Exposition(new Shape(List.of(new Family(name, Kind.HISTOGRAM, "", "", List.of(row)))), values);
    }

    @Test
    void gaugesAreThoseOfTheLivingAndAddUp() {
        merger.observe(0, 100, gauge("g", 5));
        merger.observe(1, 101, gauge("g", 7));
        assertThat(numbers(merger.merged(), "g")).containsExactly(12);
        merger.retire(100);
        assertThat(numbers(merger.merged(), "g")).containsExactly(7);
        merger.retire(101);
        assertThat(merger.merged().shape().families()).isEmpty();
    }

    @Test
    void gaugesFollowTheFirstRuleForTheirName() {
        Merger ruled =
                merger(Merger.Grouping.MERGED, 100, "low*=min", "mean=avg", "late=last", "cache_*_max=sum", "most=MAX");
        for (int worker = 0; worker < 3; worker++) {
            ruled.observe(
                    worker,
                    100 + worker,
                    Expositions.of(Kind.GAUGE, "lowest", 3 - worker)
                            .and(Kind.GAUGE, "mean", worker)
                            .and(Kind.GAUGE, "late", worker)
                            .and(Kind.GAUGE, "cache_size_max", 10)
                            .and(Kind.GAUGE, "request_seconds_max", worker)
                            .and(Kind.GAUGE, "most", worker)
                            .build());
        }
        ruled.observe(0, 100, ruledAgain());
        Exposition merged = ruled.merged();
        assertThat(numbers(merged, "lowest")).containsExactly(1);
        assertThat(numbers(merged, "mean")).containsExactly((9 + 1 + 2) / 3.0);
        assertThat(numbers(merged, "late")).as("heard of last").containsExactly(9);
        assertThat(numbers(merged, "cache_size_max"))
                .as("the user's rule comes first")
                .containsExactly(30);
        assertThat(numbers(merged, "request_seconds_max"))
                .as("the built-in rule")
                .containsExactly(9);
        assertThat(numbers(merged, "most")).containsExactly(9);
    }

    private static Exposition ruledAgain() {
        return Expositions.of(Kind.GAUGE, "lowest", 9)
                .and(Kind.GAUGE, "mean", 9)
                .and(Kind.GAUGE, "late", 9)
                .and(Kind.GAUGE, "cache_size_max", 10)
                .and(Kind.GAUGE, "request_seconds_max", 9)
                .and(Kind.GAUGE, "most", 9)
                .build();
    }

    @Test
    void aGaugeThatIsNoNumberIsPassedOverUnlessItIsTheOnlyOne() {
        merger.observe(0, 100, gauge("g", Double.NaN));
        assertThat(numbers(merger.merged(), "g")).containsExactly(Double.NaN);
        merger.observe(1, 101, gauge("g", 7));
        assertThat(numbers(merger.merged(), "g")).containsExactly(7);
    }

    @Test
    void aCounterThatIsNoNumberKeepsWhatItWas() {
        merger.observe(0, 100, counter("a_total", 5));
        for (double nonsense : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1}) {
            merger.observe(0, 100, counter("a_total", nonsense));
            assertThat(numbers(merger.merged(), "a_total")).containsExactly(5);
        }
    }

    /** OpenMetrics has it so where observations may be negative. */
    @Test
    void aHistogramWithoutASumIsCountedAllTheSame() {
        merger.observe(
                0, 100, Expositions.of(Kind.HISTOGRAM, "h", 3, Double.NaN, 1, 2).build());
        merger.observe(1, 101, Expositions.of(Kind.HISTOGRAM, "h", 3, 4, 1, 2).build());
        assertThat(numbers(merger.merged(), "h")).containsExactly(6, 4, 2, 4);
        merger.observe(
                0, 100, Expositions.of(Kind.HISTOGRAM, "h", 9, 1, Double.NaN, 2).build());
        assertThat(numbers(merger.merged(), "h")).as("nonsense in a bucket").containsExactly(6, 4, 2, 4);
    }

    @Test
    void factsAreSaidOnce() {
        for (int worker = 0; worker < 3; worker++) {
            merger.observe(
                    worker,
                    100 + worker,
                    Expositions.of(Kind.INFO, "target_info", 1)
                            .and(Kind.GAUGE, "build_info", 1)
                            .and(Kind.COUNTER, "jvm_info_total", 1)
                            .build());
        }
        merger.retire(100);
        for (String name : List.of("target_info", "build_info", "jvm_info_total")) {
            assertThat(numbers(merger.merged(), name)).as(name).containsExactly(1);
        }
    }

    @Test
    void whatOnlyGrowsAndIsExposedNoMoreStillCounts() {
        merger.observe(
                0,
                100,
                Expositions.of(Kind.COUNTER, "a_total", 5)
                        .and(Kind.GAUGE, "g", 3)
                        .build());
        merger.observe(0, 100, counter("b_total", 1));
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(5);
        assertThat(numbers(merger.merged(), "g")).isEmpty();

        merger.observe(0, 100, counter("a_total", 6));
        assertThat(numbers(merger.merged(), "a_total"))
                .as("it is the same again")
                .containsExactly(6);
        merger.retire(100);
        assertThat(numbers(merger.merged(), "b_total")).containsExactly(1);
    }

    @Test
    void seriesDoNotMixWhenTheirOrderChanges() {
        merger.observe(
                0,
                100,
                Expositions.of(Kind.COUNTER, "a_total", 1)
                        .and(Kind.COUNTER, "b_total", 2)
                        .build());
        merger.observe(
                0,
                100,
                Expositions.of(Kind.COUNTER, "b_total", 3)
                        .and(Kind.COUNTER, "a_total", 1)
                        .build());
        assertThat(numbers(merger.merged(), "a_total")).containsExactly(1);
        assertThat(numbers(merger.merged(), "b_total")).containsExactly(3);
    }

    @Test
    void workersThatDisagreeAboutATypeAreReportedAndTheFirstHolds() {
        merger.observe(0, 100, counter("x", 5));
        merger.observe(
                1,
                101,
                Expositions.of(Kind.GAUGE, "x", 7)
                        .and(Kind.COUNTER, "y_total", 1)
                        .build());
        merger.observe(1, 101, Expositions.of(Kind.GAUGE, "x", 8).build());
        assertThat(numbers(merger.merged(), "x")).containsExactly(5);
        assertThat(numbers(merger.merged(), "y_total")).containsExactly(1);
        assertThat(said)
                .containsExactly(
                        "worker 1's metric x is left out: its type is gauge where another worker's is counter");
        assertThat(rejects.of(Rejects.Reason.TYPE)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"-1, NEGATIVE, negative", "NaN, NAN, NaN or infinite", "Infinity, NAN, NaN or infinite"})
    void aCounterThatCannotBeIsCountedAndItsLastValueHolds(double value, Rejects.Reason reason, String why) {
        merger.observe(0, 100, counter("a_total", 5));
        merger.observe(0, 100, counter("a_total", value));
        merger.observe(0, 100, counter("a_total", value));

        assertThat(numbers(merger.merged(), "a_total")).containsExactly(5);
        assertThat(rejects.of(reason)).isEqualTo(2);
        assertThat(said)
                .containsExactly("worker 0's metric a_total is left out and its last value still counts: a counter"
                        + " cannot be " + why);
    }

    @Test
    void namesOfTheMasterAreNotForWorkers() {
        merger.observe(0, 100, counter("prefork_worker_exits_total", 5));
        assertThat(merger.merged().shape().families()).isEmpty();
        assertThat(said).singleElement().asString().contains("prefork_worker_exits_total", "rename");
        assertThat(rejects.of(Rejects.Reason.RESERVED)).isEqualTo(1);
    }

    @Test
    void seriesBeyondTheLimitAreLeftOutAndThoseThatAreThereGoOn() {
        Merger narrow = merger(Merger.Grouping.MERGED, 2);
        for (int generation = 0; generation < 10; generation++) {
            narrow.observe(
                    0,
                    100 + generation,
                    Expositions.of(Kind.COUNTER, "a_total", 1)
                            .labelled(Kind.COUNTER, "p_total", "pid=\"" + generation + "\"", 1)
                            .build());
            narrow.retire(100 + generation);
        }
        assertThat(narrow.merged().shape().rows()).isEqualTo(2);
        assertThat(numbers(narrow.merged(), "a_total")).containsExactly(10);
        assertThat(rejects.of(Rejects.Reason.LIMIT)).isEqualTo(9);
        assertThat(said).singleElement().asString().contains("2 already", "p_total");
    }

    @Test
    void seriesOfGaugesThatAreGoneMakeRoom() {
        Merger narrow = merger(Merger.Grouping.MERGED, 1);
        for (int generation = 0; generation < 10; generation++) {
            narrow.observe(
                    0, 100 + generation, Expositions.of(Kind.GAUGE, "g", 1).build());
            narrow.retire(100 + generation);
        }
        assertThat(rejects.of(Rejects.Reason.LIMIT)).isZero();
    }

    @Test
    void workersAreToldApartByTheirSlotWhereThatIsAskedFor() {
        Merger apart = merger(Merger.Grouping.PER_WORKER, 100);
        apart.observe(0, 100, labelled(5));
        apart.observe(1, 101, labelled(7));
        apart.retire(100);
        apart.observe(0, 102, labelled(1));
        assertThat(numbers(apart.merged(), "a_total", "exported_worker=\"mine\",worker=\"0\",x=\",worker=\""))
                .as("the slot's counter goes on")
                .containsExactly(6);
        assertThat(numbers(apart.merged(), "a_total", "exported_worker=\"mine\",worker=\"1\",x=\",worker=\""))
                .containsExactly(7);
    }

    /** Were they one, each reading would look like a counter that began anew, twice. */
    @Test
    void labelsThatWereMovedBeforeAreMovedFurther() {
        Merger apart = merger(Merger.Grouping.PER_WORKER, 100);
        for (int reading = 0; reading < 3; reading++) {
            apart.observe(
                    0,
                    100,
                    Expositions.of(Kind.GAUGE, "g", 0)
                            .row(
                                    "a_total",
                                    List.of(
                                            Row.of("exported_worker=\"x\",worker=\"mine\""),
                                            Row.of("exported_worker=\"y\",worker=\"mine\"")),
                                    5,
                                    3)
                            .build());
        }
        String moved = ",exported_worker=\"mine\",worker=\"0\"";
        assertThat(numbers(apart.merged(), "a_total", "exported_exported_worker=\"x\"" + moved))
                .containsExactly(5);
        assertThat(numbers(apart.merged(), "a_total", "exported_exported_worker=\"y\"" + moved))
                .containsExactly(3);
    }

    private static Exposition labelled(double value) {
        return Expositions.of(Kind.GAUGE, "g", 0)
                .labelled(Kind.COUNTER, "a_total", "worker=\"mine\",x=\",worker=\"", value)
                .build();
    }

    @Test
    void anExplanationComesFromWhoeverHasOne() {
        merger.observe(0, 100, counter("a_total", 1));
        Family explained = new Family("a_total", Kind.COUNTER, "Why", "", List.of(Row.of("")));
        merger.observe(1, 101, new Exposition(new Shape(List.of(explained)), new double[] {1}));
        assertThat(merger.merged().shape().families().get(0).help()).isEqualTo("Why");
    }

    @Test
    void familiesComeByName() {
        merger.observe(
                0,
                100,
                Expositions.of(Kind.GAUGE, "b", 1).and(Kind.GAUGE, "a", 1).build());
        assertThat(merger.merged().shape().families()).extracting(Family::name).containsExactly("a", "b");
    }

    @Test
    void theLastGaugeIsThatOfTheWorkerThatSaidSoLast() {
        Merger ruled = merger(Merger.Grouping.MERGED, 10, "g=last");
        ruled.observe(0, 100, 2_000, gauge("g", 1));
        ruled.observe(1, 101, 1_000, gauge("g", 2));
        assertThat(numbers(ruled.merged(), "g")).containsExactly(1);
    }

    @Test
    void aSumThatIsMissingAfterANewBeginningIsNotCountedTwice() {
        merger.observe(0, 100, Expositions.of(Kind.SUMMARY, "s", 10, 100).build());
        merger.observe(0, 100, Expositions.of(Kind.SUMMARY, "s", 1, Double.NaN).build());
        assertThat(numbers(merger.merged(), "s")).containsExactly(11, 100);
    }

    @Test
    void onlyACounterPassesForAFactByItsName() {
        merger.observe(
                0,
                100,
                Expositions.of(Kind.HISTOGRAM, "odd_info_total", 2, 3, 1).build());
        merger.observe(
                1,
                101,
                Expositions.of(Kind.HISTOGRAM, "odd_info_total", 2, 3, 1).build());
        assertThat(numbers(merger.merged(), "odd_info_total")).containsExactly(4, 6, 2);
    }

    @Test
    void whatWasLeftOutIsLetInWhenThereIsRoom() {
        Merger narrow = merger(Merger.Grouping.MERGED, 1);
        Exposition late = gauge("late", 2);
        narrow.observe(0, 100, gauge("early", 1));
        narrow.observe(1, 101, late);
        assertThat(numbers(narrow.merged(), "late")).isEmpty();
        narrow.retire(100);
        narrow.observe(1, 101, late);
        assertThat(numbers(narrow.merged(), "late")).containsExactly(2);
    }
}
