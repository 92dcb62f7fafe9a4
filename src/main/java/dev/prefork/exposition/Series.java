package dev.prefork.exposition;

/** The numbers of one label set while they are being gathered. */
abstract class Series {
    private final String labels;

    Series(String labels) {
        this.labels = labels;
    }

    static Series of(Kind kind, String labels) {
        return switch (kind) {
            case HISTOGRAM -> new HistogramSeries(labels);
            case SUMMARY -> new SummarySeries(labels);
            case COUNTER, GAUGE, INFO, UNKNOWN -> new SingleSeries(labels);
        };
    }

    final String labels() {
        return labels;
    }

    /**
     * Takes a sample.
     *
     * @param bound of a bucket; meaningless for the others
     * @return false if it was there before, so that this one does not count
     */
    abstract boolean add(Role role, double bound, double value);

    /** To be called once when all is there: why the series cannot be used; empty if it can. */
    abstract String flaw();

    /** Whether something came twice that {@link #add} took: known once {@link #flaw} was asked. */
    boolean repeats() {
        return false;
    }

    abstract Row row();

    /** Puts the numbers where they belong; returns where those of the next series begin. */
    abstract int put(double[] values, int at);
}
