package dev.prefork.json;

/** A text is not JSON. The message says where, counted in characters from 0, and never repeats the text. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    JsonException(String problem, int at) {
        super(problem + " at character " + at);
    }
}
