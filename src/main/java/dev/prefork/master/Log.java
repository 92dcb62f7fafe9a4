package dev.prefork.master;

/**
 * Where the master's lines go.
 *
 * <p>Threading: called on the master's thread, for signals on the thread that handles them, and for a failure on that which reads
 * notifications.
 */
@FunctionalInterface
public interface Log {

    /** Whether a human must act: now, perhaps, or not at all. */
    enum Level {
        INFO,
        WARN,
        ERROR
    }

    void log(Level level, String line);
}
