package dev.prefork.log;

import dev.prefork.json.Json;

/**
 * One JSON object on one line, key by key (RFC 8259). Any text makes a line that is valid JSON in UTF-8: control characters are
 * escaped, and a surrogate without its other half, which has no bytes in UTF-8, becomes U+FFFD.
 *
 * <p>Threading: one thread.
 */
public final class JsonLine {
    private final StringBuilder text = new StringBuilder("{");

    /** Whole numbers, finite fractions and truth values as what they are, all else as text. */
    public JsonLine with(String key, Object value) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append(Json.quote(key)).append(':');
        boolean literal = value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double number && Double.isFinite(number);
        if (literal) {
            text.append(value);
        } else {
            text.append(Json.quote(String.valueOf(value)));
        }
        return this;
    }

    /** The object, without a line feed. */
    @Override
    public String toString() {
        return text + "}";
    }
}
