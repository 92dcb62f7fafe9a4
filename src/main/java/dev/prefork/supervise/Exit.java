package dev.prefork.supervise;

import dev.prefork.os.WaitStatus;

/**
 * How and why a worker ended; decided once, when it is reaped.
 *
 * @param planned whether we asked for it: a planned exit is neutral, it neither counts nor delays
 */
public record Exit(WaitStatus status, Cause cause, boolean planned) {

    /** What ended a worker, as far as a supervisor can know. */
    public enum Cause {
        /** It called exit. */
        EXIT,
        /** A signal that was not ours. */
        SIGNAL,
        /** It was not ready in time, so we killed it. */
        START_TIMEOUT,
        /** It did not stop in time, so we killed it. */
        KILLED
    }

    @Override
    public String toString() {
        return switch (cause) {
            case EXIT, SIGNAL -> status.toString();
            case START_TIMEOUT -> "start timeout, " + status;
            case KILLED -> "killed, for it did not stop in time";
        };
    }
}
