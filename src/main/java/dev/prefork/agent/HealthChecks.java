package dev.prefork.agent;

import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Function;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The probes of a master, answered from its last snapshot without asking any worker. In a process that is no master they
 * are UP and say nothing.
 */
@Singleton
class HealthChecks {
    /** Longer than any turn of the loop, a spawn included; shorter than a kubelet's patience. */
    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(5);

    /** Whether the master's loop turns. Workers never matter here: a bad application must not get its master killed. */
    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return check("prefork-loop", running -> running.master().answers(LOOP_PATIENCE));
    }

    /** Whether enough workers are ready, and no stop has begun. */
    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return check("prefork-workers", running -> {
            Snapshot snapshot = running.master().snapshot();
            return !snapshot.stopping() && snapshot.ready() >= running.minReady();
        });
    }

    /** Whether the first generation has been ready. */
    @Produces
    @Singleton
    @Startup
    HealthCheck started() {
        return check(
                "prefork-first-generation",
                running -> running.master().snapshot().started());
    }

    private static HealthCheck check(String name, Function<RunningMaster, Boolean> up) {
        return () -> RunningMaster.current()
                .map(running ->
                        respond(name, up.apply(running), running.master().snapshot()))
                .orElseGet(() -> HealthCheckResponse.up(name));
    }

    private static HealthCheckResponse respond(String name, boolean up, Snapshot snapshot) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name)
                .status(up)
                .withData("workers-ready", snapshot.ready())
                .withData("workers-starting", snapshot.count(WorkerState.STARTING))
                .withData("workers-stopping", snapshot.count(WorkerState.STOPPING))
                .withData("workers-desired", snapshot.desired())
                .withData("restarts-in-window", snapshot.recoverExits())
                .withData("recover-threshold", snapshot.recoverThreshold());
        snapshot.lastExit().ifPresent(exit -> response.withData("last-exit", exit));
        return response.build();
    }
}
