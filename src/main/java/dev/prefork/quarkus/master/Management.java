package dev.prefork.quarkus.master;

import dev.prefork.app.Console;
import dev.prefork.app.ManagementInterface;
import dev.prefork.app.TerminationMessage;
import dev.prefork.exposition.Exposition;
import dev.prefork.master.Master;
import dev.prefork.quarkus.common.ExitWarmup;
import dev.prefork.supervise.ExitCode;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.enterprise.inject.spi.CDI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Quarkus in the master: it serves health and metrics on the management interface, and no application requests. */
public final class Management implements ManagementInterface {
    private static final AtomicReference<Run> RUN = new AtomicReference<>();

    /** What Quarkus runs once it is up. */
    public static final class WaitForTheEnd implements QuarkusApplication {
        @Override
        public int run(String... arguments) {
            ConsoleStreams.renew(InitialConfigurator.DELAYED_HANDLER, ConfigProvider.getConfig());
            Run beside = RUN.get();
            if (beside.loop().isOver()) {
                // The master gave up while this was booting: there is nothing left to look at.
                return 0;
            }
            Console.info("management interface on port " + port() + ": /q/health, /q/metrics");
            if (beside.loop().awaitUp()) {
                // Every moment between the last worker's end and ours holds up the rest of the pod.
                ExitWarmup.perform(beside.warmup());
            }
            beside.loop().awaitEnd();
            return 0;
        }

        /** Quarkus tells the port that is bound only where it is not the one that was asked for. */
        private static int port() {
            int bound = CDI.current().select(HttpServer.class).get().getManagementPort();
            return bound > 0 ? bound : ConfigProvider.getConfig().getValue("quarkus.management.port", Integer.class);
        }
    }

    @Override
    public Optional<ExitCode> serveUntil(Run beside, Master master, String... arguments) {
        RUN.set(beside);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Quarkus.run(WaitForTheEnd.class, (code, thrown) -> failure.set(thrown), arguments);
        // After an error elsewhere, that is the reason, whatever the same lack of memory did to Quarkus.
        if (failure.get() == null || master.errors().any()) {
            return Optional.empty();
        }
        master.stop("the management interface could not be started");
        beside.loop().awaitEnd();
        return Optional.of(explain(failure.get()));
    }

    @Override
    public Exposition ownMetrics() {
        return MetricsEndpoint.own();
    }

    private static ExitCode explain(Throwable failure) {
        BootFailure explained = BootFailure.of(failure);
        TerminationMessage.of(explained.line()).say();
        if (explained.exitCode() == ExitCode.INTERNAL) {
            Logger.getLogger(Management.class).error("Quarkus did not start", failure);
        }
        return explained.exitCode();
    }
}
