package dev.prefork;

import dev.prefork.library.Failure;

/** Another master runs in this process, and children could not tell which of the two is theirs. */
public final class AnotherMasterException extends PreforkException {
    AnotherMasterException(Failure failure) {
        super(failure);
    }
}
