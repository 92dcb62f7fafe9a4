package dev.prefork.log;

/**
 * One JSON object on one line, key by key (RFC 8259). Any text makes a line that is valid JSON in UTF-8: control characters are
 * escaped, and a surrogate without its other half, which has no bytes in UTF-8, becomes U+FFFD.
 *
 * <p>Threading: one thread.
 */
public final class JsonLine {
    private static final char LAST_CONTROL = 0x1f;
    private static final char REPLACEMENT = '\ufffd';

    private final StringBuilder text = new StringBuilder("{");

    /** Whole numbers, finite fractions and truth values as what they are, all else as text. */
    public JsonLine with(String key, Object value) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(key);
        text.append(':');
        boolean literal = value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double number && Double.isFinite(number);
        if (literal) {
            text.append(value);
        } else {
            quote(String.valueOf(value));
        }
        return this;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            if (Character.isHighSurrogate(letter)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                text.append(letter).append(value.charAt(++i));
            } else {
                append(letter);
            }
        }
        text.append('"');
    }

    private void append(char letter) {
        switch (letter) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                if (letter <= LAST_CONTROL) {
                    text.append(String.format("\\u%04x", (int) letter));
                } else {
                    text.append(Character.isSurrogate(letter) ? REPLACEMENT : letter);
                }
            }
        }
    }

    /** The object, without a line feed. */
    @Override
    public String toString() {
        return text + "}";
    }
}
