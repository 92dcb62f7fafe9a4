package dev.prefork;

/** A command producer returned a command without having called {@link Command#start}. */
public final class CommandNotStartedException extends CommandProducerException {
    private static final long serialVersionUID = 1L;

    CommandNotStartedException() {
        super("the command producer returned a command that has not been started; it must call start()");
    }
}
