package dev.prefork;

import dev.prefork.library.Failure;

/** One child could not be started: no process, memory or executable is available. It is tried again. */
public final class LaunchFailedException extends PreforkException {
    /**
     * For a producer that sees before the start that this child cannot be started now: it is tried again, after the wait.
     *
     * @param reason for the log, one line
     * @param cause may be null
     */
    public LaunchFailedException(String reason, Throwable cause) {
        this(new Failure(Failure.Kind.LAUNCH, reason, cause));
    }

    LaunchFailedException(Failure failure) {
        super(failure);
    }
}
