package dev.prefork;

import dev.prefork.library.Failure;

/** A command producer returned null instead of a started command. */
public final class NoCommandException extends CommandProducerException {
    NoCommandException(Failure failure) {
        super(failure);
    }
}
