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
        /** The kernel killed it, for want of memory. */
        OOM,
        /** It was not ready in time, so we killed it. */
        START_TIMEOUT,
        /** It fell silent, so we ended it. */
        WATCHDOG,
        /** It did not stop in time, so we killed it. */
        KILLED
    }

    @Override
    public String toString() {
        return switch (cause) {
            case EXIT, SIGNAL -> status.toString();
            case OOM -> "out of memory, " + status + " by the kernel";
            case START_TIMEOUT -> "start timeout, " + status;
            case WATCHDOG -> "watchdog, " + status;
            case KILLED -> "killed, for it did not stop in time";
        };
    }
}
