package dev.prefork.exposition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One entry of an Accept header (RFC 9110, 12.5.1), or of an Accept-Encoding header, whose syntax is the same but for the slash.
 * Read here and not by Vert.x, which takes {@code q=1d} for a number.
 *
 * @param type in lower case, without its parameters
 * @param version the parameter of that name; empty if there is none
 * @param quality between 0 and 1
 */
record MediaRange(String type, String version, double quality) {
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
                String name =
                        equals < 0 ? "" : parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
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

    /** By the most specific entry that there is, 0 for none. */
    static double quality(List<MediaRange> ranges, String... mostSpecificFirst) {
        for (String type : mostSpecificFirst) {
            OptionalDouble best = ranges.stream()
                    .filter(range -> range.type().equals(type))
                    .mapToDouble(MediaRange::quality)
                    .max();
            if (best.isPresent()) {
                return best.getAsDouble();
            }
        }
        return 0;
    }

    /** Negative for one that makes no sense, so that its range is left out: neither wanted nor refused. */
    private static double quality(String value) {
        boolean sensible = !value.isEmpty()
                && value.length() <= 8
                && value.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.')
                && value.chars().filter(c -> c == '.').count() <= 1
                && value.charAt(0) != '.';
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
