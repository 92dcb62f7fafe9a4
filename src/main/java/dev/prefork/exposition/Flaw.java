package dev.prefork.exposition;

/** Why something in a text is left out. */
public enum Flaw {
    /** It cannot be read, or is there twice. */
    GARBAGE,
    /** The count or a bucket of a histogram is not a finite number. */
    NAN,
    /** The count or a bucket of a histogram is below zero. */
    NEGATIVE,
    /** The buckets of a histogram decrease, or its count is below one of them. */
    BUCKETS,
    /** An info is not 1. */
    INFO,
    /** The type is not one that can be merged. */
    UNSUPPORTED
}
