package dev.prefork;

/** The recover threshold was exceeded before all of the initial children had been ready once. */
public final class NeverReadyException extends OverRecoveryException {
    private static final long serialVersionUID = 1L;

    NeverReadyException(String message) {
        super(message);
    }
}
