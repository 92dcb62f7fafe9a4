package dev.prefork.exposition;

/** What the numbers of a family mean, and so how those of several workers may be put together. */
public enum Kind {
    /** Only grows. One number. */
    COUNTER,
    /** Goes up and down. One number. */
    GAUGE,
    /** The count, the sum, and for each finite bound how many were at most that: cumulative. */
    HISTOGRAM,
    /** The count and the sum. Quantiles cannot be put together and are never kept. */
    SUMMARY,
    /** Facts in labels; the number is 1. */
    INFO,
    /** Not stated. One number. */
    UNKNOWN;

    /** Whether the numbers only grow while a process lives, so that those of the dead still count. */
    public boolean accumulates() {
        return this == COUNTER || this == HISTOGRAM || this == SUMMARY;
    }
}
