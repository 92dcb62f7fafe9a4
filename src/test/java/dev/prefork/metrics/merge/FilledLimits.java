package dev.prefork.metrics.merge;

import dev.prefork.board.BoardReader;
import dev.prefork.board.BoardWriter;
import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionParser;
import dev.prefork.exposition.ExpositionWriter;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Format;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import dev.prefork.os.Posix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program that fills all limits of its heap: 64 workers show as much as they can, each on a board and by a URL, in several
 * generations, in three ways: many short series, few with long labels, histograms with many bounds. Between them are all responses that
 * may arrive at one time. Prints the largest answer and what is left on the heap, and exits with an error if that is not enough.
 */
final class FilledLimits {
    private static final int WORKERS = 64;
    private static final int GENERATIONS = 3;

    /** What the rest of a master takes, as measured in one that boots Quarkus and serves. */
    private static final int REST = 20 << 20;

    private final Posix posix = Posix.system();
    private final long[] rest = new long[REST / Long.BYTES];
    private final Limits limits = Limits.of(Runtime.getRuntime().maxMemory());
    private final Rejects rejects = new Rejects(line -> {});
    private final Merger merger = new Merger(GaugeRules.of(List.of()), Merger.Grouping.MERGED, limits, rejects);
    private final BoardReader[] boards = new BoardReader[WORKERS];

    public static void main(String[] arguments) {
        new FilledLimits().run();
    }

    private void run() {
        merger.divideAmong(WORKERS);
        int longest = 0;
        double before = 0;
        for (int generation = 0; generation < GENERATIONS; generation++) {
            for (int slot = 0; slot < WORKERS; slot++) {
                show(generation, slot);
            }
            byte[][] arriving = new byte[2][(int) limits.arriving()];
            byte[] answer = ExpositionWriter.write(merger.merged(), Format.OPENMETRICS);
            longest = Math.max(longest, answer.length);
            check(answer.length <= limits.text(), "an answer of " + answer.length);
            double total = counted();
            check(total >= before, "a total that fell from " + before + " to " + total);
            before = total;
            check(arriving[1].length == limits.arriving() && rest.length > 0, "nothing");
            for (int slot = 0; slot < WORKERS; slot++) {
                merger.retire(slot);
                merger.retire(-1 - slot);
            }
        }
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "heap %d, answer %d of %d, left out %d, used at the end %d%n",
                runtime.maxMemory(),
                longest,
                limits.text(),
                rejects.of(Rejects.Reason.BYTES) + rejects.of(Rejects.Reason.LIMIT),
                runtime.totalMemory() - runtime.freeMemory());
    }

    private void show(int generation, int slot) {
        if (boards[slot] != null) {
            boards[slot].close();
        }
        boards[slot] = BoardReader.open(posix);
        Exposition shown = exposition(generation, slot);
        check(new BoardWriter(posix, boards[slot].descriptor()).write(shown, 1), "a board that was not written");
        BoardReader.Text text = boards[slot].read(merger.shownByOne()).orElseThrow();
        merger.observe(slot, slot, text.exposition());

        byte[] response = ExpositionWriter.write(shown, Format.PROMETHEUS);
        byte[] fitting = Arrays.copyOf(response, Math.min(response.length, limits.one()));
        Exposition scraped = ExpositionParser.parse(fitting, 20_000).exposition();
        merger.observe(slot, -1 - slot, scraped.within(merger.shownByOne()));
    }

    private Exposition exposition(int generation, int slot) {
        String unique = "g" + generation + "s" + slot;
        return switch (slot % 3) {
            case 0 -> exposition(Kind.COUNTER, unique, 12_000, 10, 0);
            case 1 -> exposition(Kind.COUNTER, unique, 400, 2000, 0);
            default -> exposition(Kind.HISTOGRAM, unique, 60, 200, 900);
        };
    }

    private static Exposition exposition(Kind kind, String unique, int count, int length, int buckets) {
        double[] bounds = new double[buckets];
        for (int i = 0; i < buckets; i++) {
            bounds[i] = i + 0.5;
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(Row.withBounds("of=\"" + unique + "-" + i + "x".repeat(length) + "\"", bounds));
        }
        String name = kind == Kind.HISTOGRAM ? "some_seconds" : length > 100 ? "long_total" : "short_total";
        Shape shape = new Shape(List.of(new Family(name, kind, "", "", rows)));
        double[] values = new double[shape.width()];
        Arrays.fill(values, 1);
        return new Exposition(shape, values);
    }

    private double counted() {
        return Arrays.stream(merger.merged().values()).sum();
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
