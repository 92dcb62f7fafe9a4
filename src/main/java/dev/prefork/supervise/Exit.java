package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.util.Optional;

/**
 * How and why a worker ended; decided once, when it is reaped.
 *
 * @param asked whether this very worker was to be killed: it had not failed to stop
 * @param planned whether we asked for it, or the worker had asked for its replacement before: it neither counts nor delays
 * @param lastError what it wrote last to its standard error, where that is known
 */
public record Exit(WaitStatus status, Cause cause, boolean planned, boolean asked, Optional<String> lastError) {
    public Exit(WaitStatus status, Cause cause, boolean planned) {
        this(status, cause, planned, false, Optional.empty());
    }

    /** What ended a worker, as far as a supervisor can know. */
    public enum Cause {
        /** It called exit. */
        EXIT,
        /** A signal that was not ours. */
        SIGNAL,
        /** OOM-killed by the kernel. */
        OOM,
        /** It was not ready in time, so we killed it. */
        START_TIMEOUT,
        /** It stopped sending heartbeats, so we ended it. */
        WATCHDOG,
        /** It had not stopped when its time was over, or a second signal came, or its kill was asked for, so we killed it. */
        KILLED
    }

    /** What a shell exits with when the child it waited for was killed: 128 and the signal's number; see sh(1p), "$?". */
    private static final int KILL_BEHIND_SHELL = 128 + Signal.KILL.number();

    /** Whether the status tells of a SIGKILL: the process' own, or that of a child for which a shell speaks. */
    public static boolean tellsOfKill(WaitStatus status) {
        return isKill(status) || status.equals(new WaitStatus.Exited(KILL_BEHIND_SHELL));
    }

    /** Whether the process itself died of a SIGKILL. */
    public static boolean isKill(WaitStatus status) {
        return status instanceof WaitStatus.Signaled signaled && signaled.signal() == Signal.KILL.number();
    }

    @Override
    public String toString() {
        // As a rule what a worker says when it is asked to stop is not the reason.
        return how()
                + (planned ? "" : lastError.map(line -> ", last error: " + line).orElse(""));
    }

    private String how() {
        return switch (cause) {
            case EXIT, SIGNAL -> status.toString();
            case OOM ->
                "OOM-killed, " + (status instanceof WaitStatus.Exited ? status + " for a " : "")
                        + "SIGKILL by the kernel";
            case START_TIMEOUT -> "start timeout, " + status;
            case WATCHDOG -> "watchdog, " + status;
            case KILLED -> asked ? "killed as asked" : "killed because it had not stopped";
        };
    }
}
