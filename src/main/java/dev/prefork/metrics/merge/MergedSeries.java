package dev.prefork.metrics.merge;

import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Sizes;
import java.util.stream.IntStream;

/**
 * One series of the merged answer: what the dead have left, what the living add, and what was shown last. Belongs to its
 * {@link Merger} and that one's lock.
 */
final class MergedSeries {
    /** A sum that is added up in another order may come out smaller by the last of its 53 bits, and some more. */
    private static final double ROUNDING = 1e-9;

    /** Shared by all whose numbers are in their places, which is nearly every one. */
    private static final int[][] SAME =
            IntStream.range(0, 40).mapToObj(MergedSeries::inOrder).toArray(int[][]::new);

    /** The object, its entry by labels, and its three arrays. */
    private static final int MEMORY = 48 + 48 + 3 * 16;

    private final Total family;
    private final int slot;
    private final Row row;

    /** Of workers that are gone. */
    private final double[] kept;

    private final double[] shown;
    private final double[] sum;
    private boolean hasKept;
    private int contributors;
    private int counted;

    /** @param slot whose worker has brought it */
    MergedSeries(Total family, int slot, Row row, int width) {
        this.family = family;
        this.slot = slot;
        this.row = row;
        this.kept = new double[width];
        this.shown = new double[width];
        this.sum = new double[width];
    }

    int slot() {
        return slot;
    }

    Room.Cost cost() {
        long memory = MEMORY + 3L * Double.BYTES * width() + Sizes.heap(row);
        return new Room.Cost(1, memory, family.textOf(row));
    }

    boolean accumulates() {
        return family.accumulates();
    }

    Row row() {
        return row;
    }

    int width() {
        return kept.length;
    }

    void joined() {
        contributors++;
    }

    void left() {
        contributors--;
    }

    /** As if no worker were behind it. */
    void alone() {
        contributors = 0;
    }

    /** Whether a worker is behind it, or one was whose numbers still count. */
    boolean isAlive() {
        return contributors > 0 || hasKept;
    }

    /** What a worker that is gone had reached, or some of it. */
    void keep(double[] values) {
        hasKept = true;
        for (int i = 0; i < values.length; i++) {
            kept[i] += values[i];
        }
    }

    void begin() {
        System.arraycopy(kept, 0, sum, 0, kept.length);
        counted = 0;
    }

    /** For what only grows. */
    void add(double[] values) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += values[i];
        }
    }

    /** For all else: one worker's number, the last one heard of coming last. */
    void combine(double value) {
        if (Double.isNaN(value)) {
            return;
        }
        if (counted++ == 0) {
            sum[0] = value;
            return;
        }
        sum[0] = switch (family.mode()) {
            case SUM, AVG -> sum[0] + value;
            case MAX -> Math.max(sum[0], value);
            case MIN -> Math.min(sum[0], value);
            case LAST -> value;
        };
    }

    /**
     * Writes the result. What only grows is never shown smaller than before: the order in which the numbers of many workers
     * are added changes, and with it the last bit; to Prometheus that would be a counter that began anew.
     */
    void finish(double[] into, int at) {
        if (!accumulates()) {
            into[at] = counted == 0 ? Double.NaN : family.mode() == GaugeRules.Mode.AVG ? sum[0] / counted : sum[0];
            return;
        }
        for (int i = 0; i < sum.length; i++) {
            boolean rounding = shown[i] - sum[i] <= ROUNDING * Math.abs(shown[i]);
            if (sum[i] > shown[i] || mayShrink(i) && !rounding) {
                shown[i] = sum[i];
            }
        }
        System.arraycopy(shown, 0, into, at, shown.length);
    }

    /** The sum of a histogram or a summary, of which observations may be negative. */
    private boolean mayShrink(int index) {
        return family.kind() != Kind.COUNTER && index == 1;
    }

    /** For each of its numbers the place of a worker's own, or -1 for none; its bounds may differ. */
    int[] placesIn(Row own) {
        if (own.bounds() == row.bounds()
                && (own.bounds() == 0 || own.labelled(row.labels()).equals(row))) {
            return width() < SAME.length ? SAME[width()] : inOrder(width());
        }
        int[] places = inOrder(width());
        if (family.kind() == Kind.HISTOGRAM && !own.equals(row)) {
            for (int i = 0; i < row.bounds(); i++) {
                places[2 + i] = placeBelow(row.bound(i), own);
            }
        }
        return places;
    }

    private static int[] inOrder(int width) {
        return IntStream.range(0, width).toArray();
    }

    /** How many were at most {@code bound} is not known, but that it were at least those at most the next lower one. */
    private static int placeBelow(double bound, Row own) {
        int below = -1;
        for (int i = 0; i < own.bounds() && own.bound(i) <= bound; i++) {
            below = 2 + i;
        }
        return below;
    }
}
