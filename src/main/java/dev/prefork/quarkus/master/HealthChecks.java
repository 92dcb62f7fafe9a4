package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The probes of a master, answered from its last snapshot without asking any worker. In a process that is not a master they
 * are UP and say nothing.
 */
@Singleton
class HealthChecks {
    /** Longer than any turn of the loop, a spawn included; shorter than a kubelet's patience. */
    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(5);

    /** Of so many workers, for a kubelet reads 10 KB of an answer and no more. */
    private static final int STATUSES = 32;

    /** Whether the master's loop turns. Workers never matter here: a bad application must not get its master killed. */
    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return check("prefork-loop", running -> running.master().answers(LOOP_PATIENCE), (running, response) -> {});
    }

    /** Whether enough workers are ready, and no stop has begun. */
    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return check(
                "prefork-workers",
                running -> {
                    Snapshot snapshot = running.master().snapshot();
                    return !snapshot.stopping() && snapshot.ready() >= running.minReady();
                },
                (running, response) -> {
                    Snapshot snapshot = running.master().snapshot();
                    response.withData("min-ready", running.minReady());
                    response.withData("stop", snapshot.stop().name().toLowerCase(Locale.ROOT));
                    snapshot.workers().stream().limit(STATUSES).forEach(worker -> worker.status()
                            .ifPresent(text -> response.withData("status-" + worker.slot(), text)));
                    // Meanwhile the port accepts all the same: connections wait in the kernel's queue.
                    snapshot.startup()
                            .noneReadySince()
                            .ifPresent(since ->
                                    response.withData("none-ready-for-ms", (System.nanoTime() - since) / 1_000_000));
                });
    }

    /** Whether all of the initial workers have been ready. */
    @Produces
    @Singleton
    @Startup
    HealthCheck started() {
        return check(
                "prefork-first-generation",
                running -> running.master().snapshot().started(),
                (running, response) -> {
                    Snapshot snapshot = running.master().snapshot();
                    response.withData(
                            "been-ready",
                            snapshot.startup().slots() + " of "
                                    + snapshot.workers().size());
                });
    }

    /** Whether all is as it should be, for dashboards and people: a pod that is not well may still serve well enough. */
    @Produces
    @Singleton
    @Wellness
    HealthCheck well() {
        return check(
                "prefork-strength",
                running -> {
                    Snapshot snapshot = running.master().snapshot();
                    return !snapshot.backingOff()
                            && !snapshot.recovery().repeats()
                            && snapshot.ready() >= snapshot.desired()
                            && running.stalled().get().isEmpty();
                },
                (running, response) -> {
                    Snapshot snapshot = running.master().snapshot();
                    response.withData("backing-off", snapshot.backingOff())
                            .withData("exits-in-a-row", snapshot.recovery().inARow());
                    running.stalled()
                            .get()
                            .forEach(stall -> response.withData(
                                    "stalled-seconds-" + stall.listener()
                                            + (stall.slot().isPresent()
                                                    ? "-slot-" + stall.slot().getAsInt()
                                                    : ""),
                                    stall.nanos() / 1_000_000_000));
                });
    }

    private static HealthCheck check(
            String name, Predicate<RunningMaster> up, BiConsumer<RunningMaster, HealthCheckResponseBuilder> more) {
        return () -> RunningMaster.current()
                .map(running -> running.reporting(() -> {
                    HealthCheckResponseBuilder response =
                            HealthCheckResponse.named(name).status(up.test(running));
                    describe(running.master().snapshot(), response);
                    more.accept(running, response);
                    return response.build();
                }))
                .orElseGet(() -> HealthCheckResponse.up(name));
    }

    private static void describe(Snapshot snapshot, HealthCheckResponseBuilder response) {
        response.withData("workers-ready", snapshot.ready())
                .withData("workers-starting", snapshot.count(WorkerState.STARTING))
                .withData("workers-stopping", snapshot.count(WorkerState.STOPPING))
                .withData("workers-desired", snapshot.desired())
                .withData("restarts-in-window", snapshot.recovery().exits())
                .withData("recover-threshold", snapshot.recovery().threshold());
        snapshot.recovery().last().stream().findFirst().ifPresent(exit -> {
            response.withData("last-exit", exit.text());
            exit.cause()
                    .ifPresent(cause ->
                            response.withData("last-exit-cause", cause.name().toLowerCase(Locale.ROOT)));
        });
    }
}
