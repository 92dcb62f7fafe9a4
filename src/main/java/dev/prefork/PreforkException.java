package dev.prefork;

/** Why {@code listenAndServe} gave up in the master. By the time it is thrown no child and no descriptor is left. */
public class PreforkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PreforkException(String message) {
        super(message);
    }

    PreforkException(String message, Throwable cause) {
        super(message, cause);
    }
}
