package dev.prefork.master;

/** One worker could not be started, for want of a process, of memory, or of its executable. */
public final class LaunchFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public LaunchFailedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
