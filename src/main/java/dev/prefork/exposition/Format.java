package dev.prefork.exposition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /**
     * One entry of an Accept header (RFC 9110, 12.5.1).
     *
     * @param type in lower case, with its slash, without its parameters
     * @param version the parameter of that name; empty if there is none
     * @param quality between 0 and 1
     */
    private record MediaRange(String type, String version, double quality) {
        /** More of an Accept header than any client sends; the rest is not read. */
        private static final int MOST_CHARACTERS = 8192;

        /** All entries of a header that can be understood. */
        static List<MediaRange> all(String accept) {
            List<MediaRange> ranges = new ArrayList<>();
            String header = accept.substring(0, Math.min(accept.length(), MOST_CHARACTERS));
            for (String entry : split(header, ',')) {
                List<String> parts = split(entry, ';');
                String version = "";
                double quality = 1;
                for (String parameter : parts.subList(1, parts.size())) {
                    int equals = parameter.indexOf('=');
                    String name = equals < 0
                            ? ""
                            : parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                    String value = unquoted(parameter.substring(equals + 1).strip());
                    if (name.equals("version")) {
                        version = value;
                    } else if (name.equals("q")) {
                        quality = quality(value);
                    }
                }
                if (quality >= 0) {
                    ranges.add(new MediaRange(parts.get(0).strip().toLowerCase(Locale.ROOT), version, quality));
                }
            }
            return ranges;
        }

        /** Negative for one that makes no sense, so that its range is left out: neither wanted nor refused. */
        private static double quality(String value) {
            boolean sensible = value.length() <= 8 && value.matches("\\d+\\.?\\d*");
            double quality = sensible ? Double.parseDouble(value) : -1;
            return quality > 1 ? -1 : quality;
        }

        private static String unquoted(String value) {
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            return quoted ? value.substring(1, value.length() - 1) : value;
        }

        /** At each separator that is not in quotes. At least one piece. */
        private static List<String> split(String text, char separator) {
            List<String> pieces = new ArrayList<>();
            int from = 0;
            boolean quoted = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"') {
                    quoted = !quoted;
                } else if (c == separator && !quoted) {
                    pieces.add(text.substring(from, i));
                    from = i + 1;
                }
            }
            pieces.add(text.substring(from));
            return pieces;
        }
    }
}
