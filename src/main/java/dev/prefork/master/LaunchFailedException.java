package dev.prefork.master;

/** One worker could not be started: no process, memory or executable is available. */
public final class LaunchFailedException extends Exception {
    public LaunchFailedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
