package dev.prefork.handoff;

/** What a parent passed to this process cannot be used. The message is one line: problem, consequence, remedy. */
public final class AdoptionException extends RuntimeException {
    AdoptionException(String message) {
        super(message);
    }
}
