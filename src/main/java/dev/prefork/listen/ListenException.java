package dev.prefork.listen;

/** A listener that cannot be had. The message is one line: what failed, why, and what the user can do. */
public final class ListenException extends RuntimeException {
    public ListenException(String message) {
        super(message);
    }
}
