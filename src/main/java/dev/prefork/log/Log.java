package dev.prefork.log;

/**
 * Where the master's lines go.
 *
 * <p>Threading: called on the master's thread, for signals on the thread that handles them, and for a failure on that which reads
 * notifications.
 */
@FunctionalInterface
public interface Log {

    void log(Entry entry);

    default void info(EventName event, String line) {
        log(Entry.of(Level.INFO, event, line));
    }

    default void warn(EventName event, String line) {
        log(Entry.of(Level.WARN, event, line));
    }

    default void error(EventName event, String line) {
        log(Entry.of(Level.ERROR, event, line));
    }
}
