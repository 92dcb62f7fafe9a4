package dev.prefork;

import dev.prefork.library.Failure;

/** One child could not be started: no process, memory or executable is available. It is tried again. */
public final class LaunchFailedException extends PreforkException {
    private final Failure failure;

    LaunchFailedException(Failure failure) {
        super(failure);
        this.failure = failure;
    }

    /** The same for the library, which tells it from what ends the master. */
    Failure failure() {
        return failure;
    }
}
