package dev.prefork.quarkus.worker;

import dev.prefork.handoff.InheritedListener;
import io.quarkus.dev.appstate.ApplicationStartException;
import io.quarkus.dev.appstate.ApplicationStateNotification;
import java.util.List;
import java.util.Map;
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
 * @param health the application's own checks, which may hold it back
 * @param opening what comes last
 */
record Readiness(AcceptGate gate, Warmup warmup, OwnHealth health, Opening opening) implements Runnable {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

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
            if (opening.isStandby()) {
                warmup.connect();
            }
            health.begin(warmup::waitForHealth);
            opening.perform();
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
}
