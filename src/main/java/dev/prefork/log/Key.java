package dev.prefork.log;

import java.util.Locale;

/**
 * What a line says besides its text, by a name that stays. The order of the constants is the order in which they are written.
 */
public enum Key {
    /** Why a worker was started: boot, recover, scale, reload, recycle, standby. */
    REASON,
    /** Why something else happens, in words. */
    WHY,
    /** What ended a process: exit, signal, oom, start_timeout, watchdog, killed. */
    CAUSE,
    /** With which a process exited. */
    EXIT_CODE,
    /** Number of the signal that ended a process. */
    SIGNAL_NUMBER,
    /** Name of a signal that was sent, such as TERM. */
    SIGNAL,
    /** What a worker wrote last to its standard error, with {@code --log-tag}. */
    LAST_ERROR,
    /** Whether the master had asked for an exit, or the worker for its replacement. */
    PLANNED,
    /** How long something took, or is to take. */
    SECONDS,
    /** The pid that was there before. */
    OLD_PID,
    /** The slot from which a standby takes over. */
    OLD_SLOT,
    /** Of what the workers run: 0 at the start, one more with each reload. */
    VERSION,
    /** How many workers an event is about, or are wanted. */
    WORKERS,
    /** How many of them stay as they were. */
    LEFT,
    /** How many were wanted before. */
    FROM,
    /** How many failures or exits in a row, or in the window. */
    FAILURES,
    /** The recover threshold. */
    THRESHOLD,
    /** How many workers start at once. */
    AT_ONCE,
    /** How many connections wait. */
    WAITING,
    /** The name of a listener. */
    LISTENER,
    /** The address that a listener is bound to. */
    ADDRESS,
    /** Of a listener, in a worker. */
    DESCRIPTOR,
    /** How many lines. */
    LINES,
    /** The pids of several workers. */
    PIDS,
    /** Of a management interface. */
    PORT,
    /** The standard stream that a worker wrote to: stdout or stderr. */
    STREAM,
    /** Whether a line of a worker was longer than is written in one piece, and this is not the end of it. */
    PARTIAL;

    /** As it is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Key of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
