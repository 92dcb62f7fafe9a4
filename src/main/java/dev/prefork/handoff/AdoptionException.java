package dev.prefork.handoff;

/** What a parent passed to this process cannot be used. The message is one line: problem, consequence, remedy. */
public final class AdoptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AdoptionException(String message) {
        super(message);
    }
}
