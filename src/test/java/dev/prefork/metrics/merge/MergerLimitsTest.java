package dev.prefork.metrics.merge;

import static dev.prefork.metrics.merge.Expositions.counter;
import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionWriter;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Format;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What workers cannot make the master keep, in bytes. */
class MergerLimitsTest {
    private static final Limits SMALL = Limits.of(8 << 20);

    private final List<String> said = new ArrayList<>();
    private final Rejects rejects = new Rejects(said::add);
    private final Merger merger = merger(SMALL);

    private Merger merger(Limits limits) {
        return new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, limits, rejects);
    }

    /** A counter of that name with so many series, each of them 1, whose labels no other text has. */
    private static Exposition series(String name, String text, int count, int length) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String value = text + "-" + i + "-" + "x".repeat(length);
            rows.add(Row.of("of=\"" + value + "\""));
        }
        double[] values = new double[count];
        Arrays.fill(values, 1);
        return new Exposition(new Shape(List.of(new Family(name, Kind.COUNTER, "", "", rows))), values);
    }

    private static double total(Exposition merged) {
        return Arrays.stream(merged.values()).sum();
    }

    @Test
    void newSeriesOfEachGenerationFillTheirRoomAndThoseThatAreThereGoOn() {
        double before = 0;
        int rows = 0;
        for (int generation = 1; generation <= 60; generation++) {
            int source = 100 + generation;
            merger.observe(0, source, series("a_total", "g" + generation, 100, 1000));
            merger.observe(
                    0, source, series("a_total", "g" + generation, 100, 1000).and(counter("b_total", 1)));
            merger.retire(source);
            Exposition merged = merger.merged();
            assertThat(total(merged)).as("never runs backwards").isGreaterThanOrEqualTo(before);
            assertThat(numbers(merged, "b_total")).isIn(new double[] {generation}, new double[0]);
            before = total(merged);
            rows = merged.shape().rows();
            assertThat((long) ExpositionWriter.write(merged, Format.PROMETHEUS).length)
                    .isLessThanOrEqualTo(SMALL.text());
        }
        assertThat(rows).isBetween(300, 600);
        assertThat(rejects.of(Rejects.Reason.BYTES)).isGreaterThan(4000);
        assertThat(said).hasSize(1);
        assertThat(numbers(merger.merged(), "b_total")).as("brought early").containsExactly(60);
    }

    @Test
    void aWorkerThatTakesAllItCanLeavesRoomForTheOthers() {
        merger.divideAmong(4);
        for (int generation = 0; generation < 60; generation++) {
            merger.observe(0, 100 + generation, series("a_total", "g" + generation, 100, 1000));
            merger.retire(100 + generation);
        }
        for (int slot = 1; slot < 4; slot++) {
            Exposition honest = series("honest_" + slot + "_total", "", 100, 20);
            merger.observe(slot, slot, honest);
            assertThat(numbers(
                            merger.merged(),
                            "honest_" + slot + "_total",
                            honest.shape().families().get(0).rows().get(99).labels()))
                    .containsExactly(1);
        }
    }

    @Test
    void aSeriesThatWasLeftOutIsLetInWhenAnotherWorkerHasBroughtIt() {
        Merger narrow = merger(SMALL.withSeries(4));
        narrow.divideAmong(2);
        narrow.observe(0, 100, series("a_total", "mine", 3, 1));
        Exposition both = counter("z_total", 5);
        narrow.observe(0, 101, both);
        assertThat(numbers(narrow.merged(), "z_total")).isEmpty();
        narrow.observe(1, 102, counter("z_total", 2));
        narrow.observe(0, 101, both);
        assertThat(numbers(narrow.merged(), "z_total")).containsExactly(7);
    }

    @Test
    void aLabelThatIsTooLongIsLeftOutWithItsSeriesAlone() {
        Exposition mixed = Expositions.of(Kind.COUNTER, "fine_total", 1)
                .labelled(Kind.COUNTER, "value_total", "x=\"" + "v".repeat(2049) + "\"", 1)
                .labelled(Kind.COUNTER, "labels_total", labels(9, 1000), 1)
                .labelled(Kind.COUNTER, "n".repeat(513), "", 1)
                .labelled(Kind.COUNTER, "long_total", "x=\"" + "v".repeat(2048) + "\"", 1)
                .labelled(Kind.COUNTER, "many_total", labels(8, 1000), 1)
                .build();
        merger.observe(0, 100, mixed);
        assertThat(merger.merged().shape().families())
                .extracting(Family::name)
                .containsExactly("fine_total", "long_total", "many_total");
        assertThat(rejects.of(Rejects.Reason.LABEL)).isEqualTo(3);
        assertThat(said).singleElement().asString().contains("2048", "8192", "512");
    }

    private static String labels(int count, int length) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            labels.add("l" + i + "=\"" + "v".repeat(length) + "\"");
        }
        return String.join(",", labels);
    }

    @Test
    void aLongExplanationIsCut() {
        Family explained = new Family("a_total", Kind.COUNTER, "w".repeat(5000), "", List.of(Row.of("")));
        merger.observe(0, 100, new Exposition(new Shape(List.of(explained)), new double[] {1}));
        assertThat(merger.merged().shape().families().get(0).help()).hasSize(1024);
    }

    /** What it shows no more still counts, and takes memory for as long as it lives. */
    @Test
    void aWorkerWhoseLabelsChangeAllTheTimeFillsItsOwnMemoryOnly() {
        Merger wide = merger(new Limits(1_000_000, 1 << 30, 1 << 30, 400_000, 1 << 20));
        for (int turn = 0; turn < 30; turn++) {
            wide.observe(0, 100, series("a_total", "t" + turn, 100, 1));
        }
        assertThat(wide.merged().shape().rows()).isBetween(500, 1000);
        assertThat(rejects.of(Rejects.Reason.BYTES)).isGreaterThan(1000);
        assertThat(said).singleElement().asString().startsWith("worker 0 has more metrics than");
        wide.observe(1, 101, series("b_total", "", 100, 1));
        assertThat(wide.merged().shape().families()).hasSize(2);
    }

    /** As when the memory is exhausted for a moment. */
    @Test
    void aFailureInTheMiddleLeavesTheNextReadingWhole() {
        List<String> lines = new ArrayList<>();
        Merger failing = new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, SMALL, new Rejects(line -> {
            lines.add(line);
            throw new OutOfMemoryError("for the test");
        }));
        failing.observe(0, 100, Expositions.of(Kind.GAUGE, "g", 1).build());
        Exposition next = Expositions.of(Kind.COUNTER, "a_total", 5)
                .and(Kind.COUNTER, "prefork_reserved", 1)
                .and(Kind.COUNTER, "b_total", 7)
                .build();
        assertThatThrownBy(() -> failing.observe(0, 100, next)).isInstanceOf(OutOfMemoryError.class);
        assertThat(failing.merged().shape().families()).extracting(Family::name).containsExactly("g");

        failing.observe(0, 100, next);
        assertThat(numbers(failing.merged(), "a_total")).containsExactly(5);
        assertThat(numbers(failing.merged(), "b_total")).containsExactly(7);
        assertThat(failing.merged().shape().rows()).isEqualTo(2);
        failing.retire(100);
        assertThat(numbers(failing.merged(), "b_total")).containsExactly(7);
        assertThat(lines).hasSize(1);
    }
}
