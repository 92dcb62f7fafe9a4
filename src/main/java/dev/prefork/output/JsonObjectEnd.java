package dev.prefork.output;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a line is one JSON object, where that ends, and which keys it has itself; RFC 8259. Reads bytes, since nothing outside of
 * texts is anything but ASCII. For one line.
 */
final class JsonObjectEnd {
    /** What is nested deeper is not looked at, and not taken for an object: the stack of the thread has an end. */
    private static final int DEEPEST = 64;

    private final byte[] line;
    private final Set<String> keys = new HashSet<>();
    private int at;

    private JsonObjectEnd(byte[] line) {
        this.line = line;
    }

    /**
     * An object that a line consists of.
     *
     * @param end the place of its closing brace
     * @param keys its own, as they are written
     */
    record Found(int end, Set<String> keys) {}

    /** Null if it is anything else: this is called for each line of each worker. */
    static Found in(byte[] line) {
        JsonObjectEnd reader = new JsonObjectEnd(line);
        reader.skipSpace();
        if (!reader.is('{') || !reader.value(0)) {
            return null;
        }
        int end = reader.at - 1;
        reader.skipSpace();
        return reader.at == line.length ? new Found(end, reader.keys) : null;
    }

    private boolean value(int depth) {
        skipSpace();
        if (at >= line.length || depth > DEEPEST) {
            return false;
        }
        return switch (line[at]) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> text();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean object(int depth) {
        at++;
        skipSpace();
        if (take('}')) {
            return true;
        }
        do {
            skipSpace();
            int from = at + 1;
            if (!is('"') || !text()) {
                return false;
            }
            if (depth == 0) {
                keys.add(new String(line, from, at - 1 - from, StandardCharsets.ISO_8859_1));
            }
            skipSpace();
            if (!take(':') || !value(depth + 1)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take('}');
    }

    private boolean array(int depth) {
        at++;
        skipSpace();
        if (take(']')) {
            return true;
        }
        do {
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(']');
    }

    private boolean text() {
        at++;
        while (at < line.length) {
            byte octet = line[at++];
            if (octet == '"') {
                return true;
            }
            if (octet >= 0 && octet < ' ' || octet == '\\' && !escape()) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        if (at >= line.length) {
            return false;
        }
        byte letter = line[at++];
        if (letter != 'u') {
            return "\"\\/bfnrt".indexOf(letter) >= 0;
        }
        for (int i = 0; i < 4; i++, at++) {
            if (at >= line.length || Character.digit(line[at], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int from = at;
        while (at < line.length && line[at] >= '0' && line[at] <= '9') {
            at++;
        }
        return at > from;
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (!is(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean is(char letter) {
        return at < line.length && line[at] == letter;
    }

    private boolean take(char letter) {
        boolean there = is(letter);
        if (there) {
            at++;
        }
        return there;
    }

    private void skipSpace() {
        while (is(' ') || is('\t') || is('\r')) {
            at++;
        }
    }
}
