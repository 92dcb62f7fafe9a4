package dev.prefork;

import dev.prefork.library.Failure;

/** This process is a child, but the listener that it was started with is missing or cannot be used. */
public final class InheritedListenerException extends PreforkException {
    InheritedListenerException(Failure failure) {
        super(failure);
    }
}
