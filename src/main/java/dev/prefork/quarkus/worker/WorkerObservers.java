package dev.prefork.quarkus.worker;

import dev.prefork.handoff.Inheritance;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Where the application's start and stop reach a worker's. In every other process that depends on this project it does
 * nothing, and nothing is loaded for it.
 *
 * <p>Threading: Quarkus' main thread, or the JVM's shutdown hook.
 */
@Singleton
class WorkerObservers {
    private static final int EARLY = 1;
    private static final int LATE = 100_000;

    /** Null in a process that cannot be a worker. */
    private WorkerLifecycle worker;

    WorkerObservers() {
        if (Inheritance.isPossible()) {
            worker = new WorkerLifecycle();
        }
    }

    void starting(@Observes @Priority(EARLY) StartupEvent event) {
        if (worker != null) {
            WorkerLog.levelsAreSet();
            worker.starting();
        }
    }

    void routes(@Observes Filters filters) {
        if (worker != null) {
            worker.lastAnswers(filters);
        }
    }

    /** Before the application's own observers of this event, which may take their time. */
    void stopping(@Observes @Priority(EARLY) ShutdownDelayInitiatedEvent event) {
        if (worker != null) {
            worker.stopping();
        }
    }

    void finishing(@Observes @Priority(LATE) ShutdownDelayInitiatedEvent event) throws InterruptedException {
        if (worker != null) {
            worker.finishing();
        }
    }

    void stopped(@Observes @Priority(LATE) ShutdownEvent event) {
        if (worker != null) {
            worker.stopped();
        }
    }
}
