package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Predicate;
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
@Singleton
class SwallowedErrors {
    private static final int FIRST_OF_ALL = Integer.MIN_VALUE;

    /** A chain of causes may be a circle. */
    private static final int DEEPEST = 16;

    private static final int EARLY = 1;

    void begin(@Observes @Priority(EARLY) StartupEvent event) {
        if (RunningMaster.current().isPresent()) {
            Logger.getLogger("").addHandler(new Listening());
        }
    }

    void install(@Observes ManagementInterface management) {
        if (RunningMaster.current().isPresent()) {
            management.router().route().order(FIRST_OF_ALL).handler(SwallowedErrors::watch);
        }
    }

    private static void watch(RoutingContext exchange) {
        exchange.request().connection().exceptionHandler(logged -> report(logged, error -> true));
        exchange.next();
    }

    /** A native library that is missing, or cannot be unpacked, has a substitute. */
    private static void report(Throwable logged, Predicate<Error> counts) {
        Throwable cause = logged;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof Error error && !(cause instanceof UnsatisfiedLinkError)) {
                if (counts.test(error)) {
                    tell(error);
                }
                return;
            }
            cause = cause.getCause();
        }
    }

    private static void tell(Error error) {
        RunningMaster.current().ifPresent(running -> running.master().errors().report(Thread.currentThread(), error));
    }

    /** Reads the log. */
    static final class Listening extends Handler {
        private static final List<String> INTERFACE = List.of("io.netty.", "io.vertx.", "io.quarkus.", "dev.prefork.");

        private static boolean isOfTheInterface(String logger) {
            return logger != null && INTERFACE.stream().anyMatch(logger::startsWith);
        }

        @Override
        public void publish(LogRecord line) {
            if (line.getThrown() != null && line.getLevel().intValue() >= Level.WARNING.intValue()) {
                // What an application that is booted in this process has caught and logged is its own affair, but
                // memory is
                // shared. A class that is missing has a substitute, or fails one request.
                report(
                        line.getThrown(),
                        error -> error instanceof OutOfMemoryError
                                || !(error instanceof LinkageError) && isOfTheInterface(line.getLoggerName()));
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
