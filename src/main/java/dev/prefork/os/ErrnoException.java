package dev.prefork.os;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;

/** A system call that failed: which, with what arguments, and why. Immutable. */
public final class ErrnoException extends RuntimeException {
    private final Errno errno;

    public ErrnoException(String call, Errno errno, Object... arguments) {
        super(call + "(" + Stream.of(arguments).map(String::valueOf).collect(Collectors.joining(", ")) + "): "
                + errno.description() + " (" + errno.name() + ")");
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }

    /** The errno in words, such as {@code Address already in use}. */
    public String reason() {
        return errno.description();
    }
}
