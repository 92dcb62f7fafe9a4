package dev.prefork;

import dev.prefork.library.Failure;

/** The recover threshold was exceeded before all of the initial children had been ready once. */
public final class NeverReadyException extends OverRecoveryException {
    NeverReadyException(Failure failure) {
        super(failure);
    }
}
