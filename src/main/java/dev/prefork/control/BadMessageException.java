package dev.prefork.control;

/** A message is not as it must be; says in words for people what is wrong with it. */
final class BadMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadMessageException(String problem) {
        super(problem);
    }
}
