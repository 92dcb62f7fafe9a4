package dev.prefork.app;

import dev.prefork.master.Log;
import org.jboss.logging.Logger;

/** Where the master's lines go: the log of the platform. Until Quarkus has set it up, lines wait and keep their time. */
public final class Console {
    private static final Logger LOG = Logger.getLogger("dev.prefork");

    private Console() {}

    public static void log(Log.Level level, String line) {
        LOG.log(Logger.Level.valueOf(level.name()), line);
    }

    public static void info(String line) {
        log(Log.Level.INFO, line);
    }

    /** Says what the log has lost. */
    public static void linesDropped(long lines) {
        warn(lines + (lines == 1 ? " log line was" : " log lines were") + " dropped while the log was not read");
    }

    static void error(String line) {
        log(Log.Level.ERROR, line);
    }

    static void warn(String line) {
        log(Log.Level.WARN, line);
    }
}
