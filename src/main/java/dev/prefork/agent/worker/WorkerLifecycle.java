package dev.prefork.agent.worker;

import dev.prefork.os.Posix;
import dev.prefork.worker.AdoptionException;
import dev.prefork.worker.Doors;
import dev.prefork.worker.Inheritance;
import dev.prefork.worker.InheritedTransport;
import dev.prefork.worker.Lifeline;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Ties a worker's start and stop to the application's own, whoever wrote its main method.
 *
 * <p>Threading: observers run on Quarkus' main thread, or in the JVM's shutdown hook.
 */
@ApplicationScoped
class WorkerLifecycle {
    private static final int EARLY = 1;

    /** Ample for a request that is on its way, little against a grace period. */
    private static final Duration NEWCOMERS = Duration.ofMillis(500);

    private final Doors doors = Doors.ofThisProcess();

    /** The last moment before the HTTP servers bind: what cannot be adopted must not be served in some other way. */
    void starting(@Observes @Priority(EARLY) StartupEvent event) {
        Inheritance inheritance = inheritance();
        if (!inheritance.isEmpty()) {
            InheritedTransport.obstacle().ifPresent(why -> {
                throw refusal("The native epoll transport is missing (" + why + "), so the passed listeners cannot be"
                        + " adopted; add io.netty:netty-transport-native-epoll for this architecture");
            });
        }
        if (inheritance.parent() == Inheritance.Parent.MASTER) {
            Lifeline.watch(Posix.system(), System.getenv(), new Orphan(GracePeriod.of(System.getenv())));
        }
        if (inheritance.isWorker()) {
            Readiness.await(doors, inheritance);
        }
    }

    /** Comes before Quarkus waits for the requests in flight. Whoever was accepted by now still gets an answer. */
    void stopping(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        if (inheritance().isWorker()) {
            doors.close();
            doors.awaitNewcomers(NEWCOMERS);
        }
    }

    /** The same, late, for an application built with quarkus.shutdown.delay-enabled=false, and after a failed start. */
    void stopped(@Observes ShutdownEvent event) {
        doors.close();
    }

    private static Inheritance inheritance() {
        try {
            return Inheritance.ofThisProcess();
        } catch (AdoptionException e) {
            throw refusal(e.getMessage());
        }
    }

    /** Quarkus prints the message of this one exception without a stack trace, and takes its exit code. */
    private static PreventFurtherStepsException refusal(String message) {
        return new PreventFurtherStepsException("prefork: " + message, WorkerRole.MISCONFIGURED);
    }
}
