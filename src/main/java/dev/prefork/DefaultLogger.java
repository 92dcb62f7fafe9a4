package dev.prefork;

/** Writes to JBoss Logging, which uses the logging of the program. */
final class DefaultLogger implements Logger {
    private static final org.jboss.logging.Logger LOG = org.jboss.logging.Logger.getLogger("dev.prefork");

    @Override
    public void log(Level level, String line) {
        switch (level) {
            case INFO -> LOG.info(line);
            case WARN -> LOG.warn(line);
            case ERROR -> LOG.error(line);
        }
    }
}
