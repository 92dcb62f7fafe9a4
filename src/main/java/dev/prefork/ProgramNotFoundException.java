package dev.prefork;

import dev.prefork.library.Failure;

/** The program that a child is to run does not exist or is not executable. */
public final class ProgramNotFoundException extends CommandProducerException {
    ProgramNotFoundException(Failure failure) {
        super(failure);
    }
}
