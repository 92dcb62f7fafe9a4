package dev.prefork.exposition;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The canonical form of a label set, which is also how both text formats write it: {@code a="x",b="y"}, sorted by name, with
 * backslash, quote and line feed in values escaped. Two sets are the same if their forms are. Pure.
 */
public final class Labels {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private Labels() {}

    /** Labels with an empty value are left out: to Prometheus they are none. */
    public static String canonical(Map<String, String> labels) {
        StringBuilder text = new StringBuilder();
        SortedMap<String, String> sorted =
                labels instanceof SortedMap<String, String> already ? already : new TreeMap<>(labels);
        sorted.forEach((name, value) -> {
            if (!value.isEmpty()) {
                if (text.length() > 0) {
                    text.append(',');
                }
                text.append(name).append("=\"");
                escape(value, text);
                text.append('"');
            }
        });
        return text.toString();
    }

    /** The set that a canonical form stands for. */
    public static SortedMap<String, String> parse(String canonical) {
        SortedMap<String, String> labels = new TreeMap<>();
        int at = 0;
        while (at < canonical.length()) {
            int equals = canonical.indexOf('=', at);
            StringBuilder value = new StringBuilder();
            int i = equals + 2;
            while (canonical.charAt(i) != '"') {
                char c = canonical.charAt(i++);
                if (c == '\\') {
                    char escaped = canonical.charAt(i++);
                    c = escaped == 'n' ? '\n' : escaped;
                }
                value.append(c);
            }
            labels.put(canonical.substring(at, equals), value.toString());
            at = i + 2;
        }
        return labels;
    }

    /** Whether this is the form of some label set: {@link #parse} takes no other. */
    public static boolean isCanonical(String text) {
        try {
            SortedMap<String, String> labels = parse(text);
            return labels.keySet().stream().allMatch(NAME.asMatchPredicate())
                    && canonical(labels).equals(text);
        } catch (StringIndexOutOfBoundsException e) {
            return false;
        }
    }

    /** As in both text formats: backslash, quote and line feed. */
    public static void escape(String value, StringBuilder into) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> into.append("\\\\");
                case '"' -> into.append("\\\"");
                case '\n' -> into.append("\\n");
                default -> into.append(c);
            }
        }
    }
}
