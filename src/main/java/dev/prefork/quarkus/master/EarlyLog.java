package dev.prefork.quarkus.master;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.Handler;
import java.util.logging.Level;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * Writes the log of a master that has no log settings, as Quarkus will write it: what is logged would else wait for Quarkus.
 * Which replaces it when it boots.
 */
final class EarlyLog {
    private EarlyLog() {}

    static void begin() {
        if (!InitialConfigurator.DELAYED_HANDLER.isActivated()) {
            InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {console()});
        }
    }

    private static ExtHandler console() {
        String format = MasterConfigSources.defaults().get("quarkus.log.console.format");
        ConsoleHandler console = new ConsoleHandler(new PatternFormatter(format));
        // Those of now: see ConsoleStreams.
        console.setOutputStream(System.out);
        console.setLevel(Level.INFO);
        console.setFilter(line -> line.getLevel().intValue() >= Level.WARNING.intValue()
                || line.getLoggerName() == null
                || !line.getLoggerName().startsWith("io."));
        return console;
    }
}
