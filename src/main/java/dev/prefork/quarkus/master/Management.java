package dev.prefork.quarkus.master;

import dev.prefork.app.Console;
import dev.prefork.app.ManagementInterface;
import dev.prefork.app.RunningMaster;
import dev.prefork.app.TerminationMessage;
import dev.prefork.config.ConsoleSettings;
import dev.prefork.config.PlainManagement;
import dev.prefork.config.RefusedException;
import dev.prefork.exposition.Exposition;
import dev.prefork.log.Entry;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.master.Master;
import dev.prefork.quarkus.common.ExitWarmup;
import dev.prefork.quarkus.master.early.EarlyHealth;
import dev.prefork.quarkus.master.early.EarlyPort;
import dev.prefork.supervise.ExitCode;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.enterprise.inject.spi.CDI;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Quarkus in the master: it serves health and metrics on the management interface, and no application requests. */
public final class Management implements ManagementInterface {
    private static final AtomicReference<Run> RUN = new AtomicReference<>();
    private static final AtomicReference<EarlyPort> EARLY = new AtomicReference<>();
    private String rootPath = "";

    /** What Quarkus runs once it is up. */
    public static final class WaitForTheEnd implements QuarkusApplication {
        @Override
        public int run(String... arguments) {
            MasterLog.levelsAreSet();
            ConsoleStreams.renew(InitialConfigurator.DELAYED_HANDLER, ConfigProvider.getConfig());
            Run beside = RUN.get();
            if (beside.loop().isOver()) {
                // The master gave up while this was booting: there is nothing left to look at.
                return 0;
            }
            int port = port();
            Console.log(Entry.of(
                            Level.INFO,
                            EventName.MANAGEMENT_READY,
                            "management interface on port " + port + ": /q/health, /q/metrics, /prefork")
                    .with(Key.PORT, port));
            if (beside.loop().awaitUp()) {
                // Every moment between the last worker's end and ours holds up the rest of the pod.
                ExitWarmup.perform(beside.warmup());
                giveBackMemory();
            }
            beside.loop().awaitEnd();
            return 0;
        }

        /** Once, and while nothing is urgent: what the boot has filled would else stay with a process that idles from now on. */
        private static void giveBackMemory() {
            System.gc();
        }

        /** Quarkus tells the port that is bound only where it is not the one that was asked for. */
        private static int port() {
            int bound = CDI.current().select(HttpServer.class).get().getManagementPort();
            return bound > 0 ? bound : ConfigProvider.getConfig().getValue("quarkus.management.port", Integer.class);
        }
    }

    /** The port that this master has bound before Quarkus is there, if it could. */
    static Optional<EarlyPort> early() {
        return Optional.ofNullable(EARLY.get());
    }

    /** With which Quarkus is configured in this master; empty for those of its own. */
    static List<String> profiles() {
        return Optional.ofNullable(RUN.get()).map(Run::profiles).orElse(List.of());
    }

    @Override
    public void beginLog(ConsoleSettings console) {
        MasterLog.begin(console);
    }

    @Override
    public Claim claim(Optional<PlainManagement> place) {
        place.ifPresent(plain -> {
            rootPath = plain.rootPath();
            EARLY.set(open(plain));
        });
        return () -> Optional.ofNullable(EARLY.getAndSet(null)).ifPresent(EarlyPort::close);
    }

    private static EarlyPort open(PlainManagement plain) {
        InetSocketAddress address = plain.address();
        if (address.isUnresolved()) {
            // Quarkus says what is wrong with it.
            return null;
        }
        try {
            return EarlyPort.open(address);
        } catch (IOException e) {
            BootFailure failure = BootFailure.cannotListen(plain.host() + ":" + plain.port(), e.getMessage());
            throw new RefusedException(failure.exitCode(), failure.line());
        }
    }

    /** Whether Quarkus is still needed. */
    private boolean serveEarly(EarlyPort port, Run beside, Master master) {
        RunningMaster.current().ifPresent(running -> port.answer(new EarlyHealth(running, rootPath)));
        return new BootTurn(beside.loop()::awaitProgress, master::snapshot, BootTurn.kernelsCount()).await();
    }

    @Override
    public Optional<ExitCode> serveUntil(Run beside, Master master, String... arguments) {
        RUN.set(beside);
        if (early().isPresent() && !serveEarly(early().get(), beside, master)) {
            return Optional.empty();
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Quarkus.run(WaitForTheEnd.class, (code, thrown) -> failure.set(thrown), arguments);
        // After an error elsewhere, that is the reason: Quarkus may have broken of the same lack of memory.
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
