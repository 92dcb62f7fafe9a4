package dev.prefork.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one text from its start to its end, strictly by RFC 8259. A key that stands twice is refused: which one counts would differ. */
final class JsonReader {
    /** So deep a recursion fits the smallest stack of a thread. */
    private static final int DEEPEST = 64;

    private static final int LONGEST_NUMBER = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][+-]?[0-9]++)?");

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text) {
        this.text = text;
    }

    Object document() {
        Object value = value();
        space();
        if (at < text.length()) {
            throw wrong("more than one value");
        }
        return value;
    }

    private Object value() {
        space();
        if (at >= text.length()) {
            throw wrong("the text ends where a value is expected");
        }
        return switch (text.charAt(at)) {
            case '{' -> nested(this::object);
            case '[' -> nested(this::array);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object nested(Supplier<Object> reader) {
        if (++depth > DEEPEST) {
            throw wrong("nested too deep");
        }
        at++;
        Object value = reader.get();
        depth--;
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        if (closes('}')) {
            return map;
        }
        do {
            space();
            if (!starts('"')) {
                throw wrong("a key is expected");
            }
            int start = at;
            String key = string();
            expect(':');
            Object value = value();
            if (map.containsKey(key)) {
                at = start;
                throw wrong("a key that stands there twice");
            }
            map.put(key, value);
        } while (continues('}'));
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        if (closes(']')) {
            return list;
        }
        do {
            list.add(value());
        } while (continues(']'));
        return list;
    }

    private boolean closes(char end) {
        space();
        if (!starts(end)) {
            return false;
        }
        at++;
        return true;
    }

    /** Whether a comma follows and not the end. */
    private boolean continues(char end) {
        if (closes(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private void expect(char c) {
        space();
        if (!starts(c)) {
            throw wrong("'" + c + "' is expected");
        }
        at++;
    }

    private boolean starts(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("not a value");
        }
        at += word.length();
        return value;
    }

    private Number number() {
        Matcher matcher = NUMBER.matcher(text).region(at, Math.min(text.length(), at + LONGEST_NUMBER));
        if (!matcher.lookingAt()) {
            throw wrong("not a value");
        }
        at = matcher.end();
        if (matcher.group(1) == null && matcher.group(2) == null) {
            try {
                return Long.valueOf(matcher.group());
            } catch (NumberFormatException e) {
                // Beyond its range.
            }
        }
        return Double.valueOf(matcher.group());
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return string.toString();
            }
            if (c < 0x20) {
                throw wrong("a control character in a string");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        throw wrong("a string without an end");
    }

    /** Leaves the position on the last character of the escape. */
    private char escaped() {
        at++;
        if (at >= text.length()) {
            throw wrong("a string without an end");
        }
        return switch (text.charAt(at)) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            at++;
            int digit = at < text.length() ? hex(text.charAt(at)) : -1;
            if (digit < 0) {
                throw wrong("four hexadecimal digits are expected");
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private JsonException wrong(String problem) {
        return new JsonException(problem, at);
    }
}
