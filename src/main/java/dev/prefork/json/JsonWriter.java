package dev.prefork.json;

import java.util.Collection;
import java.util.Map;

/** Appends values to a text. */
final class JsonWriter {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder text;

    JsonWriter(StringBuilder text) {
        this.text = text;
    }

    void value(Object value) {
        if (value == null || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof CharSequence string) {
            string(string);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof Collection<?> list) {
            array(list);
        } else {
            throw new IllegalArgumentException(
                    "not a JSON value: " + value.getClass().getName());
        }
    }

    private void number(Number number) {
        boolean whole = number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte;
        if (whole) {
            text.append(number.longValue());
        } else if (Double.isFinite(number.doubleValue())) {
            text.append(number.doubleValue());
        } else {
            text.append((Object) null);
        }
    }

    private void object(Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(before);
            before = ',';
            string((CharSequence) entry.getKey());
            text.append(':');
            value(entry.getValue());
        }
        text.append(before == '{' ? "{}" : "}");
    }

    private void array(Collection<?> list) {
        char before = '[';
        for (Object element : list) {
            text.append(before);
            before = ',';
            value(element);
        }
        text.append(before == '[' ? "[]" : "]");
    }

    void string(CharSequence string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < string.length()
                    && Character.isLowSurrogate(string.charAt(i + 1))) {
                text.append(c).append(string.charAt(++i));
            } else {
                character(c);
            }
        }
        text.append('"');
    }

    private void character(char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                // U+2028 and U+2029 end lines of what reads JavaScript, and DEL those of some terminals.
                if (c < FIRST_PRINTABLE || c == 0x7F || c == '\u2028' || c == '\u2029') {
                    text.append("\\u").append(Character.forDigit(c >> 12, 16));
                    text.append(Character.forDigit(c >> 8 & 15, 16));
                    text.append(Character.forDigit(c >> 4 & 15, 16));
                    text.append(Character.forDigit(c & 15, 16));
                } else {
                    text.append(Character.isSurrogate(c) ? REPLACEMENT : c);
                }
            }
        }
    }
}
