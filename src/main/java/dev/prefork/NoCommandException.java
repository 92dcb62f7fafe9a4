package dev.prefork;

/** A command producer returned null instead of a started command. */
public final class NoCommandException extends CommandProducerException {
    private static final long serialVersionUID = 1L;

    NoCommandException() {
        super("the command producer returned no command; it must return the command it was given, started");
    }
}
