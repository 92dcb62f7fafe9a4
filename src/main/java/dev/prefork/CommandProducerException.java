package dev.prefork;

/** A command producer failed: it threw, or what it returned is not a running child. */
public class CommandProducerException extends PreforkException {
    private static final long serialVersionUID = 1L;

    CommandProducerException(String message) {
        super(message);
    }

    CommandProducerException(Throwable cause) {
        super("the command producer failed: " + cause, cause);
    }
}
