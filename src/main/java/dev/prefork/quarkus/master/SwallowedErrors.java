package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Learns of the errors that Netty, Vert.x and Quarkus catch, in threads of theirs, and tells the master. They log each of them
 * at the level WARN or above, with one exception: what comes while a connection is read goes to the connection's handler. There is
 * one from its first request on; before, such an error closes the connection and is seen nowhere. An error for which there is no memory to log it ends its
 * thread, of which the master learns as of any other's end.
 *
 * <p>Threading: any; allocates nothing.
 */
final class SwallowedErrors {
    private static final int FIRST_OF_ALL = Integer.MIN_VALUE;

    /** A chain of causes may be a circle. */
    private static final int DEEPEST = 16;

    private SwallowedErrors() {}

    /** From now on what is logged is read. */
    static void begin() {
        Logger.getLogger("").addHandler(new Listening());
    }

    static void install(Router management) {
        management.route().order(FIRST_OF_ALL).handler(SwallowedErrors::watch);
    }

    private static void watch(RoutingContext exchange) {
        exchange.request().connection().exceptionHandler(caught -> report(errorIn(caught)));
        exchange.next();
    }

    private static void report(Error error) {
        if (error != null) {
            RunningMaster.report(error);
        }
    }

    /** Null if there is none that counts: a native library that is missing, or cannot be unpacked, has a substitute. */
    private static Error errorIn(Throwable logged) {
        Throwable cause = logged;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof Error error && !(cause instanceof UnsatisfiedLinkError)) {
                return error;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** Reads the log. */
    static final class Listening extends Handler {
        private static final String[] INTERFACE = {"io.netty.", "io.vertx.", "io.quarkus.", "dev.prefork."};

        private static boolean isOfTheInterface(String logger) {
            if (logger != null) {
                for (String prefix : INTERFACE) {
                    if (logger.startsWith(prefix)) {
                        return true;
                    }
                }
            }
            return false;
        }

        @Override
        public void publish(LogRecord line) {
            if (line.getThrown() != null && line.getLevel().intValue() >= Level.WARNING.intValue()) {
                Error error = errorIn(line.getThrown());
                // What an application that is booted in this process has caught and logged is its own affair, but
                // memory is
                // shared. A class that is missing has a substitute, or fails one request.
                if (error instanceof OutOfMemoryError
                        || !(error instanceof LinkageError) && isOfTheInterface(line.getLoggerName())) {
                    report(error);
                }
            }
        }

        @Override
        public void flush() {
            // Nothing waits here.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
