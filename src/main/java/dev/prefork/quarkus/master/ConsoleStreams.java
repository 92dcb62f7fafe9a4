package dev.prefork.quarkus.master;

import java.io.OutputStream;
import java.util.logging.Handler;
import org.eclipse.microprofile.config.Config;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * Points the log's console handlers at the streams that {@code System} has now. In a native executable their class was initialised
 * in the build, and its streams are those that the executable begins with, which block.
 */
final class ConsoleStreams {
    private ConsoleStreams() {}

    static void renew(Handler handler, Config config) {
        boolean toErr = config.getOptionalValue("quarkus.log.console.stderr", Boolean.class)
                .orElse(false);
        renew(handler, toErr ? System.err : System.out);
    }

    private static void renew(Handler handler, OutputStream stream) {
        if (handler instanceof ConsoleHandler console) {
            console.setOutputStream(stream);
        } else if (handler instanceof ExtHandler outer) {
            for (Handler inner : outer.getHandlers()) {
                renew(inner, stream);
            }
        }
    }
}
