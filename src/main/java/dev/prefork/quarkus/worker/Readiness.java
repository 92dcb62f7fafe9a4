package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.InheritedListener;
import dev.prefork.notify.Notifier;
import dev.prefork.notify.Watchdog;
import dev.prefork.os.Posix;
import dev.prefork.quarkus.common.ExitWarmup;
import io.quarkus.dev.appstate.ApplicationStartException;
import io.quarkus.dev.appstate.ApplicationStateNotification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The step from a started application to a serving worker, with the requests to itself in between.
 *
 * <p>The right moment is when {@code Application.start} has returned. StartupEvent is too early: the HTTP servers bind after
 * it. HttpServerStart is too early as well, for it comes with the first of several servers, while others, and the rest of
 * the start, can still fail. Quarkus announces its own "started" here; it does so for any main method.
 *
 * <p>Threading: one short-lived daemon thread, since the main thread is not ours.
 *
 * @param stop counted down when the worker begins to stop
 * @param serving is called once the worker serves
 */
record Readiness(AcceptGate gate, Inheritance inheritance, Warmup warmup, CountDownLatch stop, Runnable serving)
        implements Runnable {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    /** From the readiness on the processor is for those who have waited; a stop before it takes a tenth of a second longer. */
    private static final Duration OF_THE_CLIENTS = Duration.ofSeconds(3);

    /** In the time that the watchdog allows between two: one may be late, or lost, without harm. */
    private static final int HEARTBEATS = 3;

    private static final Map<ServerKind, String> MISSING = Map.of(
            ServerKind.PLAIN,
            "the application does not serve plain HTTP, so no request there would be answered; enable it with"
                    + " quarkus.http.insecure-requests, or do not pass this listener",
            ServerKind.TLS,
            "the application has no TLS server, so no request there would be answered; set a certificate with quarkus.tls.*,"
                    + " or do not pass this listener");

    /** Begins to wait for the start's end. */
    static void await(Readiness step) {
        Thread thread = new Thread(step, "prefork-readiness");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            ApplicationStateNotification.waitForApplicationStart();
        } catch (ApplicationStartException e) {
            // The main thread tells why, and ends the process.
            return;
        }
        try {
            refuseUnclaimed();
            warmup.run();
            serve();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseUnclaimed() {
        for (ServerKind kind : ServerKind.values()) {
            List<InheritedListener> unclaimed = gate.unclaimed(kind);
            if (!unclaimed.isEmpty()) {
                LOG.errorf("The listener %s was passed, but %s", unclaimed.get(0), MISSING.get(kind));
                System.exit(WorkerRole.MISCONFIGURED);
            }
        }
    }

    private void serve() throws InterruptedException {
        if (gate.open()) {
            LOG.infof("serving %s", inheritance.isEmpty() ? "without inherited listeners" : inheritance.listeners());
            Notifier notifier = Notifier.fromEnvironment(Posix.system(), System.getenv());
            notifier.ready();
            Watchdog.patience(System.getenv(), ProcessHandle.current().pid())
                    .ifPresent(patience -> gate.heartbeat(patience.dividedBy(HEARTBEATS), notifier::watchdog));
            serving.run();
            if (!stop.await(OF_THE_CLIENTS.toNanos(), TimeUnit.NANOSECONDS)) {
                ExitWarmup.perform();
            }
        }
    }
}
