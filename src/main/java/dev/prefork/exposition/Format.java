package dev.prefork.exposition;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
        double open = best(ranges, range -> range.type().equals(OPEN) && READERS_OF_1_0_0.contains(range.version()))
                .orElse(0);
        // The most specific entry counts. Who wants plain text in another version wants plain text all the same.
        double plain = Stream.of(PLAIN, "text/*", "*/*")
                .map(type -> best(ranges, range -> range.type().equals(type)))
                .flatMapToDouble(OptionalDouble::stream)
                .findFirst()
                .orElse(0);
        return open > 0 && open >= plain ? OPENMETRICS : PROMETHEUS;
    }

    private static OptionalDouble best(List<MediaRange> ranges, Predicate<MediaRange> wanted) {
        return ranges.stream().filter(wanted).mapToDouble(MediaRange::quality).max();
    }
}
