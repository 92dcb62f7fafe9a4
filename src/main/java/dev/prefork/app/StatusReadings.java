package dev.prefork.app;

import dev.prefork.container.Readings;
import dev.prefork.listen.QueueFigures;
import dev.prefork.master.Master;
import dev.prefork.procfs.AbstractSocket;
import dev.prefork.procfs.Halt;
import dev.prefork.status.Bounds;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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

    /** @param recoverWindow that in force */
    StatusReport report(
            Master of,
            Telemetry telemetry,
            WorkerMetrics workers,
            QueueFigures queues,
            Supplier<Duration> recoverWindow) {
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
                new UsageSampler(workers::figures, workers::requests, pids -> Halt.of(Path.of("/proc"), pids)),
                () -> bounds(telemetry.limits(), recoverWindow.get()));
    }

    private static Bounds bounds(Readings limits, Duration recoverWindow) {
        double cores = limits.cores();
        return new Bounds(
                cores > 0 ? OptionalDouble.of(cores) : OptionalDouble.empty(), limits.memory(), recoverWindow);
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
        // With reuse-port two listeners may share a name and an address.
        Map<String, String> addresses = queues.listeners().stream()
                .collect(Collectors.toMap(
                        queues::label, listener -> listener.endpoint().toString(), (one, same) -> one));
        return () -> queues.read().stream()
                .map(queue -> new ListenerStatus(
                        queue.listener(),
                        addresses.getOrDefault(queue.listener(), ""),
                        queue.waiting(),
                        queue.limit(),
                        stalls.stalledSeconds(queue.listener())))
                .toList();
    }
}
