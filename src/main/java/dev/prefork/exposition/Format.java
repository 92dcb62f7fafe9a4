package dev.prefork.exposition;

import java.util.List;
import java.util.Set;

/** The two text formats. */
public enum Format {
    /** The one that every scraper reads. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    /** Only for those who ask for it. */
    OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String PLAIN = "text/plain";
    private static final String OPEN = "application/openmetrics-text";

    /** Those that read what we write; an entry without a version takes any. */
    private static final Set<String> READERS_OF_1_0_0 = Set.of("", "1.0.0", "0.0.1");

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /**
     * What to answer to an Accept header: OpenMetrics where it is named, in a version that we write, and liked as much as plain
     * text; and plain text in all other cases, since a scraper that refuses both is still better served with something.
     * Entries that cannot be understood are passed over.
     *
     * @param accept null or empty if there was none
     */
    public static Format negotiate(String accept) {
        if (accept == null || accept.isBlank()) {
            return PROMETHEUS;
        }
        List<MediaRange> ranges = MediaRange.all(accept);
        double open = ranges.stream()
                .filter(range -> range.type().equals(OPEN) && READERS_OF_1_0_0.contains(range.version()))
                .mapToDouble(MediaRange::quality)
                .max()
                .orElse(0);
        // Who wants plain text in another version wants plain text all the same.
        return open > 0 && open >= MediaRange.quality(ranges, PLAIN, "text/*", "*/*") ? OPENMETRICS : PROMETHEUS;
    }

    /** Whether an Accept-Encoding header, or null if there was none, takes gzip: {@code *} are those that are not named. */
    public static boolean takesGzip(String accepted) {
        return accepted != null && MediaRange.quality(MediaRange.all(accepted), "gzip", "*") > 0;
    }
}
