package dev.prefork.exposition;

/** The numbers of one label set while they are being gathered: one, or a count and a sum. */
class Series {
    /** Of a sample without a timestamp. */
    static final double NO_STAMP = Double.NEGATIVE_INFINITY;

    private final String labels;
    private final Kind kind;
    private boolean given;
    private boolean summed;

    /** The only one, or the count. */
    private double number;

    private double stamp;
    private double sum = Double.NaN;
    private double sumStamp;

    Series(Kind kind, String labels) {
        this.labels = labels;
        this.kind = kind;
    }

    final String labels() {
        return labels;
    }

    final double number() {
        return number;
    }

    /**
     * Takes a sample; of several the newest.
     *
     * @param bound of a bucket; meaningless for the others
     * @param at its timestamp
     * @return false if one as new was there before, so that this one does not count
     */
    boolean add(Role role, double bound, double value, double at) {
        boolean ofSum = role == Role.SUM;
        boolean first = ofSum ? !summed : !given;
        double before = ofSum ? sumStamp : stamp;
        if (first || at > before) {
            if (ofSum) {
                summed = true;
                sum = value;
                sumStamp = at;
            } else {
                given = true;
                number = value;
                stamp = at;
            }
        }
        return first || at != before;
    }

    /** To be called once when all is there: why the series cannot be used; empty if it can. */
    String flaw() {
        return !given ? "has no count" : isFalse() ? "is an info but not 1" : "";
    }

    /** What kind it is, where there is a flaw. */
    Flaw kindOfFlaw() {
        return isFalse() ? Flaw.INFO : Flaw.GARBAGE;
    }

    private boolean isFalse() {
        return kind == Kind.INFO && number != 1;
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
        if (kind != Kind.SUMMARY && kind != Kind.HISTOGRAM) {
            return at + 1;
        }
        values[at + 1] = sum;
        return at + 2;
    }
}
