package dev.prefork;

import dev.prefork.library.Failure;

/** A signal that the master needs cannot be handled: the JVM was told to leave it alone. */
public final class SignalUnavailableException extends PreforkException {
    SignalUnavailableException(Failure failure) {
        super(failure);
    }
}
