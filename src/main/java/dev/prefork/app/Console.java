package dev.prefork.app;

import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.Log;
import dev.prefork.log.LogFormat;
import dev.prefork.log.RecentEntries;
import org.jboss.logging.Logger;

/**
 * Where the master's lines go: the log of the platform, which is given each as an {@link Entry}, and {@link #recent}. Until the log is
 * set up, lines wait and keep their time.
 */
public final class Console {
    private static final String CATEGORY = "dev.prefork";
    private static final Log PLATFORM = platform();
    private static final RecentEntries RECENT = new RecentEntries();

    private static volatile LogFormat format = LogFormat.TEXT;

    private Console() {}

    /** A program that uses the library need not have what Quarkus logs with: then the lines go where the JDK's do. */
    private static Log platform() {
        try {
            return ForQuarkus.log();
        } catch (NoClassDefFoundError e) {
            System.Logger logger = System.getLogger(CATEGORY);
            return entry -> logger.log(level(entry.level()), entry.toString());
        }
    }

    private static System.Logger.Level level(Level level) {
        return switch (level) {
            case INFO -> System.Logger.Level.INFO;
            case WARN -> System.Logger.Level.WARNING;
            case ERROR -> System.Logger.Level.ERROR;
        };
    }

    /** Loaded when it is first used. */
    private static final class ForQuarkus {
        /** As a parameter: a log that knows nothing of entries writes its text, and ours all that it says. */
        static Log log() {
            Logger logger = Logger.getLogger(CATEGORY);
            return entry -> logger.logf(Logger.Level.valueOf(entry.level().name()), "%s", entry);
        }
    }

    /** Has lines written so from now on. */
    static void format(LogFormat next) {
        format = next;
    }

    /** How lines are to be written. */
    public static LogFormat format() {
        return format;
    }

    /** The last lines of this process' master. */
    public static RecentEntries recent() {
        return RECENT;
    }

    /** Writes a line and keeps it. */
    public static void log(Entry entry) {
        RECENT.add(entry);
        PLATFORM.log(entry);
    }

    public static void info(EventName event, String line) {
        log(Entry.of(Level.INFO, event, line));
    }

    /** Says what the log has lost. */
    public static void linesDropped(long lines) {
        String text =
                lines + (lines == 1 ? " log line was" : " log lines were") + " dropped while the log was not read";
        log(Entry.of(Level.WARN, EventName.LINES_DROPPED, text).with(Key.LINES, lines));
    }

    static void error(EventName event, String line) {
        log(Entry.of(Level.ERROR, event, line));
    }

    static void warn(EventName event, String line) {
        log(Entry.of(Level.WARN, event, line));
    }
}
