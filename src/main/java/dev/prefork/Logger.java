package dev.prefork;

/**
 * Where the master's lines go; by default to JBoss Logging under {@code dev.prefork}.
 *
 * <p>Threading: called on the master's thread.
 */
@FunctionalInterface
public interface Logger {

    /** Whether a human must act: now, perhaps, or not at all. */
    enum Level {
        INFO,
        WARN,
        ERROR
    }

    /** One event, one line, without a line break. */
    void log(Level level, String line);
}
