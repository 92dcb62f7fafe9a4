package dev.prefork.os;

import jnr.constants.platform.Errno;

/** A system call that failed: which, with what arguments, and why. Immutable. */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final Errno errno;

    public ErrnoException(String call, Errno errno, Object... arguments) {
        super(call + "(" + join(arguments) + "): " + errno.description() + " (" + errno.name() + ")");
        this.call = call;
        this.errno = errno;
    }

    /** The call's name as in its man page, such as {@code bind}. */
    public String call() {
        return call;
    }

    public Errno errno() {
        return errno;
    }

    /** The errno in words, such as {@code Address already in use}. */
    public String reason() {
        return errno.description();
    }

    private static String join(Object[] arguments) {
        StringBuilder joined = new StringBuilder();
        for (Object argument : arguments) {
            joined.append(joined.isEmpty() ? "" : ", ").append(argument);
        }
        return joined.toString();
    }
}
