package dev.prefork.exposition;

/** The numbers of one label set while they are being gathered: one, or a count and a sum. */
class Series {
    private final String labels;
    private final boolean sums;
    private boolean given;
    private boolean summed;

    /** The only one, or the count. */
    private double number;

    private double sum = Double.NaN;

    Series(Kind kind, String labels) {
        this.labels = labels;
        this.sums = kind == Kind.SUMMARY || kind == Kind.HISTOGRAM;
    }

    final String labels() {
        return labels;
    }

    final double number() {
        return number;
    }

    /**
     * Takes a sample.
     *
     * @param bound of a bucket; meaningless for the others
     * @return false if it was there before, so that this one does not count
     */
    boolean add(Role role, double bound, double value) {
        boolean first = role == Role.SUM ? !summed : !given;
        if (first && role == Role.SUM) {
            summed = true;
            sum = value;
        } else if (first) {
            given = true;
            number = value;
        }
        return first;
    }

    /** To be called once when all is there: why the series cannot be used; empty if it can. */
    String flaw() {
        return given ? "" : "has no count";
    }

    /** Whether something came twice that {@link #add} took: known once {@link #flaw} was asked. */
    boolean repeats() {
        return false;
    }

    Row row() {
        return Row.of(labels);
    }

    /** Puts the numbers where they belong; returns where those of the next series begin. */
    int put(double[] values, int at) {
        values[at] = number;
        if (!sums) {
            return at + 1;
        }
        values[at + 1] = sum;
        return at + 2;
    }
}
