package dev.prefork;

/** The recover threshold was exceeded before every child of the first generation had been ready once. */
public final class NeverReadyException extends OverRecoveryException {
    private static final long serialVersionUID = 1L;

    NeverReadyException(String message) {
        super(message);
    }
}
