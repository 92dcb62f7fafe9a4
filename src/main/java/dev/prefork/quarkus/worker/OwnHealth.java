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

/**
 * What the application's health checks have to do with a worker's readiness: nothing where there is no master that would hear of it, or the
 * application has none.
 *
 * <p>Threading: the thread that makes the worker ready.
 *
 * @param stop counted down when the worker begins to stop
 */
record OwnHealth(Inheritance inheritance, CountDownLatch stop) {

    /**
     * Returns when the worker may serve, as far as its checks are concerned; from then on they are looked at.
     *
     * @param atMost for so long a readiness check may keep it from that
     */
    void begin(Supplier<Duration> atMost) throws InterruptedException {
        if (inheritance.parent() != Inheritance.Parent.MASTER) {
            return;
        }
        Optional<OwnChecks> checks = SmallRyeChecks.ofThisApplication();
        if (checks.isPresent()) {
            HealthReports reports = new HealthReports(checks.get(), toMaster(), stop, HealthReports.Pace.DEFAULT);
            reports.beforeReady(patience(System.getenv(), atMost));
            reports.begin();
        }
    }

    /**
     * The first worker of a slot serves also when it finds itself not ready: there is none whose clients it could take, and a pod that has been
     * started stays started. One that comes after another waits: it may be the first of a reload, of which no client is to see more than
     * must be.
     */
    static Duration patience(Map<String, String> environment, Supplier<Duration> atMost) {
        boolean first = Variables.number(environment, Variables.GENERATION).orElse(1) <= 1;
        return first ? Duration.ZERO : atMost.get();
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
