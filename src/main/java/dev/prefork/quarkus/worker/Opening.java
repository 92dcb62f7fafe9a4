package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import dev.prefork.handoff.Takeover;
import dev.prefork.notify.Notifier;
import dev.prefork.notify.Watchdog;
import dev.prefork.os.Posix;
import dev.prefork.quarkus.common.ExitWarmup;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The opening of the gate by a worker that could serve: at once, or, in a standby, when its master says so.
 *
 * <p>A standby does beforehand all that another worker does once it serves, so that nothing is left to do but to accept. It is
 * ready in the sense of READY=1 when it could take over.
 *
 * <p>Threading: the thread that makes the worker ready.
 *
 * @param takeover how a standby is told to serve
 * @param stop counted down when the worker begins to stop
 * @param serving is called once the worker serves, or could
 */
record Opening(
        AcceptGate gate, Inheritance inheritance, Optional<Takeover> takeover, CountDownLatch stop, Runnable serving) {
    private static final Logger LOG = Logger.getLogger("dev.prefork.worker");

    /** From the readiness on the processor is for those who have waited; a stop before it takes a tenth of a second longer. */
    private static final Duration OF_THE_CLIENTS = Duration.ofSeconds(3);

    /** In the time that the watchdog allows between two: one may be late, or lost, without harm. */
    private static final int HEARTBEATS = 3;

    boolean isStandby() {
        return takeover.isPresent();
    }

    /** Returns when nothing is left to do; in a standby that may be at its end. */
    void perform() throws InterruptedException {
        if (takeover.isPresent()) {
            standBy(takeover.get());
        } else {
            serve();
        }
    }

    private void serve() throws InterruptedException {
        if (gate.open()) {
            tellThatItServes();
            reportReady();
            serving.run();
            if (!stop.await(OF_THE_CLIENTS.toNanos(), TimeUnit.NANOSECONDS)) {
                ExitWarmup.perform();
            }
        }
    }

    private void standBy(Takeover master) {
        if (stop.getCount() == 0) {
            return;
        }
        serving.run();
        ExitWarmup.perform();
        LOG.infof("standing by for %s", inheritance.listeners());
        reportReady();
        // Between the byte and the gate there is nothing, for clients are waiting.
        if (master.await() && gate.open()) {
            tellThatItServes();
        }
    }

    private void tellThatItServes() {
        LOG.infof("serving %s", inheritance.isEmpty() ? "without inherited listeners" : inheritance.listeners());
    }

    private void reportReady() {
        Notifier notifier = Notifier.fromEnvironment(Posix.system(), System.getenv());
        notifier.ready();
        Watchdog.patience(System.getenv(), ProcessHandle.current().pid())
                .ifPresent(patience -> gate.heartbeat(patience.dividedBy(HEARTBEATS), notifier::watchdog));
    }
}
