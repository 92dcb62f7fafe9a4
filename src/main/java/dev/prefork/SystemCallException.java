package dev.prefork;

import dev.prefork.library.Failure;

/** The system refused what Prefork needs, such as another descriptor; the message names the call. */
public final class SystemCallException extends PreforkException {
    SystemCallException(Failure failure) {
        super(failure);
    }
}
