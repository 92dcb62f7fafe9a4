package dev.prefork.control;

/** A master is not there, or does not answer; says in words for people which, and what to do. */
public final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1;

    NoAnswerException(String problem) {
        super(problem);
    }
}
