package dev.prefork;

import dev.prefork.library.Failure;

/** A command producer returned a command without having called {@link Command#start}. */
public final class CommandNotStartedException extends CommandProducerException {
    CommandNotStartedException(Failure failure) {
        super(failure);
    }
}
