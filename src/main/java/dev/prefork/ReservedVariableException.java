package dev.prefork;

import dev.prefork.library.Failure;

/** A command producer set a variable that is part of what Prefork itself tells a child. */
public final class ReservedVariableException extends CommandProducerException {
    ReservedVariableException(Failure failure) {
        super(failure);
    }
}
