package dev.prefork;

import dev.prefork.library.Failure;

/** The address is not one, or it cannot be bound. */
public final class ListenFailedException extends PreforkException {
    ListenFailedException(Failure failure) {
        super(failure);
    }
}
