package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Variables;
import dev.prefork.notify.Notifier;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What the application's health checks have to do with a worker's readiness: nothing where there is no master that would hear of it, or the
 * application has none.
 *
 * <p>Threading: the thread that makes the worker ready.
 *
 * @param stop counted down when the worker begins to stop
 */
record OwnHealth(Inheritance inheritance, CountDownLatch stop) {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    /**
     * Returns when the worker may serve, as far as its checks are concerned; from then on they are looked at.
     *
     * @param atMost for so long, from the moment it is asked for, checks may keep it from that
     */
    void begin(Supplier<Duration> atMost) throws InterruptedException {
        if (inheritance.parent() != Inheritance.Parent.MASTER) {
            return;
        }
        Optional<OwnChecks> checks = checks();
        if (checks.isPresent()) {
            HealthReports reports = new HealthReports(checks.get(), toMaster(), stop, HealthReports.Pace.DEFAULT);
            reports.beforeReady(isFirst(System.getenv()), atMost);
            reports.begin();
        }
    }

    private static Optional<OwnChecks> checks() {
        try {
            return SmallRyeChecks.ofThisApplication();
        } catch (RuntimeException | LinkageError e) {
            LOG.warnf("the application's health checks cannot be run, so the master does not hear of them: %s", e);
            return Optional.empty();
        }
    }

    /**
     * The first worker of a slot serves also when it finds itself not ready: there is none whose clients it could take, and a pod that has been
     * started stays started. One that comes after another waits: it may be the first of a reload, of which no client is to see more than
     * must be.
     */
    static boolean isFirst(Map<String, String> environment) {
        return Variables.number(environment, Variables.GENERATION).orElse(1) <= 1;
    }

    private static HealthReports.ToMaster toMaster() {
        Notifier notifier = Notifier.fromEnvironment(Posix.system(), System.getenv());
        return new HealthReports.ToMaster() {
            @Override
            public void health(Optional<String> down) {
                notifier.health(down);
            }

            @Override
            public void recycle() {
                notifier.recycle();
            }
        };
    }
}
