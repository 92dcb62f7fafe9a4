package dev.prefork;

import dev.prefork.library.Failure;

/** More children exited unexpectedly than the recover threshold allows. */
public class OverRecoveryException extends PreforkException {
    OverRecoveryException(Failure failure) {
        super(failure);
    }
}
