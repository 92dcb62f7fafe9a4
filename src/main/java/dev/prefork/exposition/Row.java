package dev.prefork.exposition;

import java.util.Arrays;

/**
 * One series of a family: its labels, and for a histogram its bounds. Immutable; equal to any other with the same.
 *
 * @see Labels for the form of the labels
 */
public final class Row {
    private static final double[] NO_BOUNDS = {};

    private final String labels;
    private final double[] bounds;

    private Row(String labels, double[] bounds) {
        this.labels = labels;
        this.bounds = bounds;
    }

    /** @param labels in canonical form; empty for none */
    public static Row of(String labels) {
        return new Row(labels, NO_BOUNDS);
    }

    /**
     * One of a histogram.
     *
     * @param bounds the finite ones, ascending, each once; +Inf is the count and is not among them
     */
    public static Row withBounds(String labels, double... bounds) {
        for (int i = 0; i < bounds.length; i++) {
            boolean ascends = i == 0 || bounds[i - 1] < bounds[i];
            if (!Double.isFinite(bounds[i]) || !ascends) {
                throw new IllegalArgumentException("bounds must be finite and ascend");
            }
        }
        return new Row(labels, bounds.clone());
    }

    public String labels() {
        return labels;
    }

    /** How many bounds there are. */
    public int bounds() {
        return bounds.length;
    }

    public double bound(int index) {
        return bounds[index];
    }

    /** The same with other labels. */
    public Row labelled(String other) {
        return new Row(other, bounds);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Row row && labels.equals(row.labels) && Arrays.equals(bounds, row.bounds);
    }

    @Override
    public int hashCode() {
        return 31 * labels.hashCode() + Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return "{" + labels + "}" + (bounds.length == 0 ? "" : Arrays.toString(bounds));
    }
}
