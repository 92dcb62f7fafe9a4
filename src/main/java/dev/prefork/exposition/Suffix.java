package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the name of a sample may have beyond that of its family. */
enum Suffix {
    NONE(""),
    TOTAL("_total"),
    INFO("_info"),
    BUCKET("_bucket"),
    COUNT("_count"),
    SUM("_sum"),
    CREATED("_created"),
    GCOUNT("_gcount"),
    GSUM("_gsum"),
    OTHER("?");

    private static final Suffix[] ALL = values();

    private final String text;
    private final byte[] bytes;

    Suffix(String text) {
        this.text = text;
        bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    String text() {
        return text;
    }

    static Suffix of(byte[] body, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return NONE;
        }
        for (Suffix suffix : ALL) {
            if (suffix.bytes.length == length && Arrays.equals(body, from, to, suffix.bytes, 0, length)) {
                return suffix;
            }
        }
        return OTHER;
    }
}
