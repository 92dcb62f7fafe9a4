package dev.prefork;

import dev.prefork.library.Failure;

/** A command producer failed: it threw, or what it returned is not a running child. */
public class CommandProducerException extends PreforkException {
    CommandProducerException(Failure failure) {
        super(failure);
    }
}
