package dev.prefork.metrics.meters;

import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the supervisor knows of each worker that serves, or should: whether it is ready, how old it is, and how often it was started
 * again. While a worker is replaced there are two of the same number; the one that serves counts.
 *
 * <p>Threading: reports come on the master's thread, readings from any. A worker is named by its slot, never by its pid. Ages are in seconds,
 * and 0 where there is no process, or none that is ready.
 */
public final class SlotMeters implements ReportListener.Selective, MeterBinder {
    private static final String WORKER = "worker";
    private static final double NANOS_PER_SECOND = 1e9;

    private final Supplier<Snapshot> snapshot;
    private final LongSupplier clock;
    private final Map<Integer, AtomicLong> restarts = new ConcurrentHashMap<>();
    private final List<Bound> registries = new ArrayList<>();

    /** Numbers whose last worker was asked to end: its successor was not restarted. Of the master's thread alone. */
    private final Set<Integer> endedOnPurpose = new HashSet<>();

    /** Whether there are workers with numbers that no place has. */
    private boolean borrows;

    /** What a registry has of ours. To search one for a meter is to look at all of them. */
    private record Bound(MeterRegistry registry, Map<Integer, List<Meter>> serving, Set<Integer> counted) {
        Bound(MeterRegistry registry) {
            this(registry, new HashMap<>(), new HashSet<>());
        }

        /** A worker that is no longer wanted is not one that is down. Its restarts have happened all the same. */
        void remove(int slot) {
            Optional.ofNullable(serving.remove(slot)).stream()
                    .flatMap(List::stream)
                    .forEach(registry::remove);
        }
    }

    /** @param clock that of the snapshots, in nanoseconds */
    public SlotMeters(Supplier<Snapshot> snapshot, LongSupplier clock) {
        this.snapshot = snapshot;
        this.clock = clock;
    }

    @Override
    public void on(Report.WorkerStarted started) {
        if (started.reason() == StartReason.RECOVER && !endedOnPurpose.contains(started.slot())) {
            restarts(started.slot()).incrementAndGet();
        }
        borrows |= started.reason() == StartReason.STANDBY;
        renumber();
    }

    @Override
    public void on(Report.WorkerExited exited) {
        if (exited.exit().planned()) {
            endedOnPurpose.add(exited.slot());
        } else {
            endedOnPurpose.remove(exited.slot());
        }
    }

    @Override
    public void on(Report.StandbyTookOver tookOver) {
        renumber();
    }

    /** The replacement of one that was a standby has its place's own number again, if that is free. */
    @Override
    public void on(Report.WorkerTookOver tookOver) {
        renumber();
    }

    @Override
    public synchronized void on(Report.Scaled scaled) {
        for (Bound bound : registries) {
            for (int slot = scaled.from(); slot < scaled.to(); slot++) {
                bind(bound, slot);
            }
            for (int slot = scaled.to(); slot < scaled.from(); slot++) {
                bound.remove(slot);
            }
        }
        renumber();
    }

    /** A standby keeps its number when it takes the place of another one, whose number then has no place. */
    private synchronized void renumber() {
        Snapshot now = snapshot.get();
        if (borrows && now.desired() > 0) {
            Set<Integer> serving = now.workers().stream()
                    .limit(now.desired())
                    .map(Snapshot.Worker::slot)
                    .collect(Collectors.toSet());
            for (Bound bound : registries) {
                Set.copyOf(bound.serving.keySet()).stream()
                        .filter(number -> !serving.contains(number))
                        .forEach(bound::remove);
                serving.forEach(number -> bind(bound, number));
            }
        }
    }

    /** Known first: who scales meanwhile waits, and finds it. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Bound bound = new Bound(registry);
        registries.add(bound);
        Snapshot now = snapshot.get();
        now.workers().stream().limit(now.desired()).forEach(worker -> bind(bound, worker.slot()));
    }

    private void bind(Bound bound, int slot) {
        bound.serving.computeIfAbsent(
                slot,
                unbound -> List.of(
                        gauge(slot, "up", "Whether the worker is ready", () -> isReady(slot) ? 1 : 0)
                                .register(bound.registry),
                        gauge(slot, "uptime", "Time since the worker's process was started", () -> uptime(slot))
                                .baseUnit("seconds")
                                .register(bound.registry),
                        gauge(slot, "ready", "Time for which the worker has been ready", () -> readyFor(slot))
                                .baseUnit("seconds")
                                .register(bound.registry)));
        if (bound.counted.add(slot)) {
            FunctionCounter.builder("prefork.worker.restarts", restarts(slot), AtomicLong::get)
                    .description("Restarts of the worker after an exit")
                    .tag(WORKER, Integer.toString(slot))
                    .register(bound.registry);
        }
    }

    private static Gauge.Builder<Supplier<Number>> gauge(
            int slot, String name, String description, Supplier<Number> reading) {
        return Gauge.builder("prefork.worker." + name, reading)
                .description(description)
                .tag(WORKER, Integer.toString(slot));
    }

    private AtomicLong restarts(int slot) {
        return restarts.computeIfAbsent(slot, ignored -> new AtomicLong());
    }

    private boolean isReady(int slot) {
        return serving(slot).filter(SlotMeters::isReady).isPresent();
    }

    private static boolean isReady(Snapshot.Worker worker) {
        return worker.state().filter(state -> state == WorkerState.READY).isPresent();
    }

    private double uptime(int slot) {
        return serving(slot)
                .map(worker -> secondsSince(worker.life().startedAt()))
                .orElse(0.0);
    }

    private double readyFor(int slot) {
        return serving(slot)
                .filter(SlotMeters::isReady)
                .map(worker -> secondsSince(worker.life().readySince()))
                .orElse(0.0);
    }

    /** Places come first in a snapshot, so that the first of a number is the one that serves, and mostly at the place of its number. */
    private Optional<Snapshot.Worker> serving(int slot) {
        Snapshot now = snapshot.get();
        boolean atHome = slot < now.desired()
                && slot < now.workers().size()
                && now.workers().get(slot).slot() == slot;
        return atHome
                ? Optional.of(now.workers().get(slot))
                : now.workers().stream().filter(worker -> worker.slot() == slot).findFirst();
    }

    private double secondsSince(OptionalLong moment) {
        return moment.isPresent() ? Math.max(0, clock.getAsLong() - moment.getAsLong()) / NANOS_PER_SECOND : 0;
    }
}
