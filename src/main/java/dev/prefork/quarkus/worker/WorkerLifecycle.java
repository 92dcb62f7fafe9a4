package dev.prefork.quarkus.worker;

import dev.prefork.handoff.AdoptionException;
import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Leadership;
import dev.prefork.handoff.ParentWatch;
import dev.prefork.handoff.Takeover;
import dev.prefork.notify.Notifier;
import dev.prefork.notify.Watchdog;
import dev.prefork.os.Posix;
import io.netty.channel.epoll.Epoll;
import io.quarkus.runtime.ExecutorRecorder;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * A worker's start and stop, as parts of the application's own, also with a main method of its own.
 *
 * <p>Threading: called by {@link WorkerObservers} on Quarkus' main thread, or in the JVM's shutdown hook.
 */
final class WorkerLifecycle {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    /** They take microseconds, but a busy machine may let the event loop wait in the middle of them. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(1);

    /** Filters run from the highest priority down. */
    private static final int FIRST = 10_000;

    private final AcceptGate gate = AcceptGate.ofThisProcess();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Warmup warmup = new Warmup(gate, System.getenv());
    private Runnable lastThing = () -> {};
    private final Optional<RequestLimit> requests =
            RequestLimit.of(System.getenv(), Math::random, () -> notifier().recycle());
    private Optional<Takeover> takeover = Optional.empty();
    private volatile Optional<MetricsWriter> metrics = Optional.empty();

    /** The last moment before the HTTP servers bind: what cannot be adopted must not be served in some other way. */
    void starting() {
        Inheritance inheritance = inheritance();
        if (!inheritance.isEmpty() && !Epoll.isAvailable()) {
            throw refusal("The native epoll transport is missing ("
                    + Epoll.unavailabilityCause().getMessage()
                    + "), so the passed listeners cannot be adopted; allow it to be unpacked and executed in "
                    + System.getProperty("java.io.tmpdir")
                    + ", and have io.netty:netty-transport-native-epoll for this architecture");
        }
        if (inheritance.parent() == Inheritance.Parent.MASTER) {
            takeover = takeover();
            ParentWatch parentWatch = ParentWatch.watch(
                    Posix.system(), System.getenv(), () -> endWithoutMaster(GracePeriod.of(System.getenv())));
            lastThing = parentWatch::close;
            ConfigProvider.getConfig()
                    .getOptionalValue(OverruledAddress.KEY, String.class)
                    .ifPresent(LOG::warn);
        }
        if (inheritance.isWorker()) {
            Opening opening = new Opening(gate, inheritance, takeover, stop, this::serving);
            Readiness.await(new Readiness(gate, warmup, new OwnHealth(inheritance, stop), opening));
        }
    }

    private static Optional<Takeover> takeover() {
        try {
            return Takeover.of(Posix.system(), System.getenv());
        } catch (AdoptionException e) {
            throw refusal(e.getMessage());
        }
    }

    private void serving() {
        requests.ifPresent(RequestLimit::begin);
        metrics = MetricsWriter.start();
    }

    /** A graceful stop, and a hard one when that takes too long. On the lifeline's thread. */
    private static void endWithoutMaster(Duration patience) {
        LOG.errorf("The master has exited: stopping this worker within %.1f s", patience.toMillis() / 1000.0);
        // Not Quarkus.asyncExit: only a main method that waits for Quarkus heeds it. The shutdown hook works for all.
        Thread exit = new Thread(() -> System.exit(1), "prefork-orphan");
        exit.setDaemon(true);
        exit.start();
        try {
            TimeUnit.NANOSECONDS.sleep(patience.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    /** Nothing more is accepted. */
    void stopping() {
        if (inheritance().isWorker()) {
            boolean wereOpen = gate.close();
            Leadership.ofThisProcess().resign();
            stop.countDown();
            takeover.ifPresent(Takeover::close);
            warmup.close();
            notifier().stopping();
            gate.connections().leave(GracePeriod.lastRequests(System.getenv()));
            if (wereOpen) {
                LOG.info("no longer accepting connections, finishing requests");
            }
        }
    }

    /**
     * Waits for the requests here and not where Quarkus does. Quarkus is content when it has counted the last request's end;
     * an answer that is not yet with its client, and a request that is still on the wire, would be cut off.
     */
    void finishing() throws InterruptedException {
        if (inheritance().isWorker()) {
            long start = System.nanoTime();
            Duration patience = patience();
            int left = gate.connections().awaitGone(patience);
            if (left > 0) {
                LOG.warnf(
                        "%d connections have unfinished requests after %.1f s: closing them",
                        left, patience.toMillis() / 1000.0);
                gate.connections().throwOut();
            }
            gate.awaitLoops(LAST_STEPS);
            // Quarkus counts the request of a WebSocket for ever, and would wait in vain.
            Duration granted = gate.connections().hadUpgraded() ? Duration.ZERO : GracePeriod.of(System.getenv());
            RestOfGrace.leaveToQuarkus(granted.minusNanos(System.nanoTime() - start));
        }
    }

    /** As long as Quarkus would wait, but with an end before the master's patience has one. */
    private static Duration patience() {
        return GracePeriod.shorter(
                RestOfGrace.configured(ConfigProvider.getConfig(), "timeout"), GracePeriod.of(System.getenv()));
    }

    void lastAnswers(Filters filters) {
        if (inheritance().isWorker()) {
            filters.register(new LastAnswers(gate.connections()), FIRST);
            requests.ifPresent(limit -> filters.register(limit, FIRST));
            if (Watchdog.patience(System.getenv(), ProcessHandle.current().pid())
                    .isPresent()) {
                // Vert.x' worker threads are of the same pool.
                gate.pools().watch(List.of(ExecutorRecorder.getCurrent()));
                filters.register(gate.pools(), FIRST);
            }
        }
    }

    /**
     * After a failed start, and for an application built with quarkus.shutdown.delay-enabled=false. There this comes late, when
     * Quarkus has waited for the requests that it counts, and none is waited for here.
     */
    void stopped() {
        gate.close();
        stop.countDown();
        takeover.ifPresent(Takeover::close);
        warmup.close();
        metrics.ifPresent(MetricsWriter::close);
        TemporaryFiles.remove();
        lastThing.run();
    }

    private static Notifier notifier() {
        return Notifier.fromEnvironment(Posix.system(), System.getenv());
    }

    private static Inheritance inheritance() {
        try {
            return Inheritance.ofThisProcess();
        } catch (AdoptionException e) {
            throw refusal(e.getMessage());
        }
    }

    /** Quarkus prints the message of this exception without a stack trace. */
    private static ConfigurationException refusal(String message) {
        return new ConfigurationException("prefork: " + message);
    }
}
