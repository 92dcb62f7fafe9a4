package dev.prefork.exposition;

/** What a sample is to its family. */
enum Role {
    /** The one number of its series. */
    VALUE,
    BUCKET,
    COUNT,
    SUM,
    /** Of a summary, and never kept. */
    QUANTILE,
    /** Belongs to the family, but is not used. */
    DROPPED,
    /** Does not belong to the family. */
    NONE
}
