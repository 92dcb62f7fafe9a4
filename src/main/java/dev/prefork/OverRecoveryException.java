package dev.prefork;

/** More children exited unexpectedly than the recover threshold allows. */
public class OverRecoveryException extends PreforkException {
    private static final long serialVersionUID = 1L;

    OverRecoveryException(String message) {
        super(message);
    }
}
