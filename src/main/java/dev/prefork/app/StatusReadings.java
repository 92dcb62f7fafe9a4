package dev.prefork.app;

import dev.prefork.listen.QueueFigures;
import dev.prefork.master.Master;
import dev.prefork.procfs.AbstractSocket;
import dev.prefork.status.Health;
import dev.prefork.status.LeaderLook;
import dev.prefork.status.ListenerStatus;
import dev.prefork.status.MasterFacts;
import dev.prefork.status.SlotHistory;
import dev.prefork.status.StatusReport;
import dev.prefork.status.UsageSampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the status of a master comes from. Immutable; any thread may read it.
 *
 * @param history hears what happens to the workers, from the first start on
 * @param leader the name that the worker that leads has bound
 */
record StatusReadings(MasterFacts master, SlotHistory history, AbstractSocket leader) {
    /** Of a master that is not yet, or no longer, to be asked. */
    private static final Health NONE_KNOWN = new Health(false, false, false, false, 0);

    static StatusReadings begin(int pid, String version, String leader) {
        long now = System.nanoTime();
        return new StatusReadings(
                new MasterFacts(pid, host(), version, now),
                new SlotHistory(System::nanoTime),
                new AbstractSocket(Path.of("/proc"), leader));
    }

    /** A pod's name, unless its specification sets another; see uname(2). No look-up, which might wait for a name server. */
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    StatusReport report(Master of, Telemetry telemetry, WorkerMetrics workers, QueueFigures queues) {
        LeaderLook look = new LeaderLook(leader);
        return new StatusReport(
                new StatusReport.Source(
                        of::snapshot,
                        () -> RunningMaster.current()
                                .map(StatusReadings::health)
                                .orElse(NONE_KNOWN),
                        listeners(telemetry.stalls(), queues),
                        () -> look.look(of.snapshot().pids(), System.nanoTime()),
                        of::lagNanos),
                master,
                history,
                new UsageSampler(workers::figures, workers::requests));
    }

    private static Health health(RunningMaster running) {
        return new Health(
                isUp(MasterHealth.Probe.LIVE, running),
                isUp(MasterHealth.Probe.READY, running),
                isUp(MasterHealth.Probe.STARTED, running),
                isUp(MasterHealth.Probe.WELL, running),
                running.minReady().getAsInt());
    }

    private static boolean isUp(MasterHealth.Probe probe, RunningMaster running) {
        return MasterHealth.of(probe, running).up();
    }

    private static Supplier<List<ListenerStatus>> listeners(StallWatch stalls, QueueFigures queues) {
        return () -> queues.read().stream()
                .map(queue -> new ListenerStatus(
                        queue.listener(), queue.waiting(), queue.limit(), stalls.stalledSeconds(queue.listener())))
                .toList();
    }
}
