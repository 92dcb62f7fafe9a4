package dev.prefork.library;

import dev.prefork.master.Log;
import org.jboss.logging.Logger;

/** Writes to JBoss Logging, which uses the logging of the program. Any thread may call it. */
public final class DefaultLog implements Log {
    private static final Logger LOG = Logger.getLogger("dev.prefork");

    @Override
    public void log(Level level, String line) {
        switch (level) {
            case INFO -> LOG.info(line);
            case WARN -> LOG.warn(line);
            case ERROR -> LOG.error(line);
        }
    }
}
