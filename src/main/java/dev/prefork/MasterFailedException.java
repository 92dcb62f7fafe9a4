package dev.prefork;

import dev.prefork.library.Failure;

/** Something inside the master failed that should not, such as memory; the children were ended all the same. */
public final class MasterFailedException extends PreforkException {
    MasterFailedException(Failure failure) {
        super(failure);
    }
}
