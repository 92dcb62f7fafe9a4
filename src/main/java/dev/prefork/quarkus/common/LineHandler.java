package dev.prefork.quarkus.common;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;

/**
 * The console of a process whose log is written by us, from its first line to its last; Quarkus has its own switched off then. It does not come and go
 * with Quarkus, so no line is in another form for a while.
 *
 * <p>Threading: any thread; the stream may be written by several at once, each with whole lines.
 */
public final class LineHandler extends ExtHandler {
    /** What switches Quarkus' own console off. */
    public static final String CONSOLE_ENABLED = "quarkus.log.console.enabled";

    /** What a line carries that is written: it comes by two ways until Quarkus takes the first. */
    private static final Object WRITTEN = new Object();

    private final PrintStream stream;
    private volatile boolean early = true;

    private LineHandler(PrintStream stream, LineFormatter formatter) {
        this.stream = stream;
        setFormatter(formatter);
    }

    /** Begins to write: first what has been logged so far, with the time that it has. */
    public static LineHandler begin(PrintStream stream, LineFormatter formatter) {
        LineHandler handler = new LineHandler(stream, formatter);
        if (!InitialConfigurator.DELAYED_HANDLER.isActivated()) {
            InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {handler});
        }
        Logger.getLogger("").addHandler(handler);
        return handler;
    }

    /** Quarkus has set the levels of all loggers: from now on they decide what is written. */
    public void levelsAreSet() {
        early = false;
    }

    @Override
    protected void doPublish(ExtLogRecord line) {
        if (line.getMarker() == WRITTEN || early && !isNews(line)) {
            return;
        }
        String text = getFormatter().format(line);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (text.startsWith("{")) {
            // JSON is UTF-8 in any locale.
            stream.write(bytes, 0, bytes.length);
        } else {
            stream.print(text);
        }
        line.setMarker(WRITTEN);
    }

    /** Of Quarkus' own boot only what goes wrong. */
    private static boolean isNews(ExtLogRecord line) {
        String logger = line.getLoggerName();
        boolean library = logger != null && (logger.startsWith("io.") || logger.startsWith("org."));
        Level least = library ? Level.WARNING : Level.INFO;
        return line.getLevel().intValue() >= least.intValue();
    }
}
