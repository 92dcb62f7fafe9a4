package dev.prefork.exposition;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The canonical form of a label set, which is also how both text formats write it: {@code a="x",b="y"}, sorted by name, with
 * backslash, quote and line feed in values escaped. Two sets are the same if their forms are. Pure.
 */
public final class Labels {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([\\\\\"n])");

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
                text.append(canonical(name, value));
            }
        });
        return text.toString();
    }

    /** The same of one label. */
    public static String canonical(String name, String value) {
        return value.isEmpty() ? "" : name + "=\"" + escaped(value) + '"';
    }

    /** The set that a canonical form stands for. */
    public static SortedMap<String, String> parse(String canonical) {
        SortedMap<String, String> labels = new TreeMap<>();
        int at = 0;
        while (at < canonical.length()) {
            int equals = canonical.indexOf('=', at);
            int end = equals + 2;
            while (canonical.charAt(end) != '"') {
                end += canonical.charAt(end) == '\\' ? 2 : 1;
            }
            labels.put(canonical.substring(at, equals), resolved(canonical.substring(equals + 2, end)));
            at = end + 2;
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
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** What an escaped text says; a backslash before anything else stands for itself, as Python's parser has it. */
    static String resolved(String text) {
        return text.indexOf('\\') < 0
                ? text
                : ESCAPE.matcher(text)
                        .replaceAll(escape ->
                                escape.group(1).equals("n") ? "\n" : Matcher.quoteReplacement(escape.group(1)));
    }
}
