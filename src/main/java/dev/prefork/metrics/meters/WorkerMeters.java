package dev.prefork.metrics.meters;

import dev.prefork.procfs.Figures;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.StartReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * What the kernel says of each worker's processes: CPU time, which goes on where a slot's last worker left off, memory,
 * descriptors and threads. Read at a scrape, and once more when a worker has ended.
 *
 * <p>Threading: any thread; one at a time.
 */
public final class WorkerMeters implements MeterBinder, ReportListener.Selective {
    private static final Figures NONE = new Figures(0, 0, OptionalInt.of(0), 0);
    private static final String WORKER = "prefork.worker.";
    private static final String CPU = WORKER + "cpu";

    private final Function<Set<Integer>, Map<Integer, Figures>> ofGroups;
    private final IntFunction<Optional<Figures>> ofProcess;
    private final Map<Integer, Slot> slots = new TreeMap<>();
    private final Map<Integer, Slot> byPid = new HashMap<>();
    private final List<Bound> registries = new ArrayList<>();

    public WorkerMeters(
            Function<Set<Integer>, Map<Integer, Figures>> ofGroups, IntFunction<Optional<Figures>> ofProcess) {
        this.ofGroups = ofGroups;
        this.ofProcess = ofProcess;
    }

    /** What a registry has of ours. To search one for a meter is to look at all of them. */
    private record Bound(MeterRegistry registry, Set<Integer> times, Map<Integer, List<Meter>> rest) {
        Bound(MeterRegistry registry) {
            this(registry, new HashSet<>(), new HashMap<>());
        }
    }

    private static final class Slot {
        private boolean wanted = true;

        /** Whether no place has this number for good, as that of a standby: without a worker there is nothing to show of it. */
        private boolean borrowed;

        /** Of workers that are gone. */
        private double cpuBefore;

        /** By pid: while a worker is replaced there are two. */
        private final Map<Integer, Seen> workers = new HashMap<>();

        void end(int pid) {
            cpuBefore += workers.remove(pid).cpu;
        }

        double cpu() {
            return cpuBefore + sum(seen -> seen.cpu);
        }

        double sum(ToDoubleFunction<Seen> number) {
            return workers.values().stream().mapToDouble(number).sum();
        }
    }

    private static final class Seen {
        private Figures now = NONE;
        private double cpu;

        /** The sum over a group may fall when a child is waited for elsewhere; a counter may not. */
        void see(Figures seen) {
            now = seen;
            cpu = Math.max(cpu, seen.cpuSeconds());
        }
    }

    @Override
    public synchronized void on(Report.WorkerStarted started) {
        Slot slot = slots.computeIfAbsent(started.slot(), this::open);
        if (!slot.wanted) {
            slot.wanted = true;
            registries.forEach(bound -> bindRest(bound, started.slot()));
        }
        slot.borrowed = started.reason() == StartReason.STANDBY;
        slot.workers.put(started.pid(), new Seen());
        byPid.put(started.pid(), slot);
    }

    @Override
    public synchronized void on(Report.WorkerExited exited) {
        Slot ended = byPid.remove(exited.pid());
        if (ended != null) {
            ended.end(exited.pid());
            if (ended.borrowed && ended.workers.isEmpty()) {
                close(exited.slot());
            }
        }
    }

    /** A standby keeps its number, so that of the worker whose place it takes has none. */
    @Override
    public synchronized void on(Report.StandbyTookOver tookOver) {
        int without = tookOver.instead().map(Report.Predecessor::slot).orElse(tookOver.place());
        if (without != tookOver.slot()) {
            lend(without);
        }
    }

    /** The replacement of one that was a standby may have the place's own number again. */
    @Override
    public synchronized void on(Report.WorkerTookOver tookOver) {
        if (tookOver.from().isPresent()) {
            slots.entrySet().stream()
                    .filter(slot -> slot.getKey() != tookOver.slot())
                    .filter(slot ->
                            slot.getValue().workers.containsKey(tookOver.from().getAsInt()))
                    .findFirst()
                    .ifPresent(slot -> lend(slot.getKey()));
        }
    }

    private void lend(int slot) {
        Slot lent = slots.get(slot);
        if (lent != null) {
            lent.borrowed = true;
            if (lent.workers.isEmpty()) {
                close(slot);
            }
        }
    }

    /** A number beyond may be a standby's, or that of a worker which is still stopping. */
    @Override
    public synchronized void on(Report.Scaled scaled) {
        if (scaled.to() < scaled.from()) {
            Set.copyOf(slots.keySet()).stream()
                    .filter(slot -> slot >= scaled.to())
                    .forEach(this::lend);
        }
        for (int slot = scaled.from(); slot < scaled.to(); slot++) {
            if (slots.containsKey(slot)) {
                slots.get(slot).wanted = true;
                open(slot);
            }
        }
    }

    /** Looks at all workers. Reads without the lock, since the master's loop needs it. */
    public void look() {
        Map<Integer, Figures> seen = ofGroups.apply(pids());
        synchronized (this) {
            seen.forEach(this::see);
        }
    }

    private void see(int pid, Figures figures) {
        Slot slot = byPid.get(pid);
        if (slot != null) {
            slot.workers.get(pid).see(figures);
        }
    }

    private synchronized Set<Integer> pids() {
        return Set.copyOf(byPid.keySet());
    }

    /**
     * Looks at a worker that has ended and is not reaped: a zombie still has its times, those of its children that it waited
     * for among them; see proc_pid_stat(5). No other process is looked at: the loop waits for this.
     */
    public void lookForTheLastTime(int pid) {
        Optional<Figures> last = ofProcess.apply(pid);
        synchronized (this) {
            last.ifPresent(figures -> see(pid, figures));
        }
    }

    /** CPU time of all workers that there ever were, in seconds, as of the last look. */
    public synchronized double cpuSeconds() {
        return slots.values().stream().mapToDouble(Slot::cpu).sum();
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Bound bound = new Bound(registry);
        registries.add(bound);
        slots.forEach((slot, known) -> {
            bindTime(bound, slot);
            if (known.wanted) {
                bindRest(bound, slot);
            }
        });
    }

    private Slot open(int slot) {
        registries.forEach(bound -> {
            bindTime(bound, slot);
            bindRest(bound, slot);
        });
        return new Slot();
    }

    private void bindTime(Bound bound, int slot) {
        if (bound.times.add(slot)) {
            FunctionCounter.builder(CPU, this, meters -> meters.ofSlot(slot, Slot::cpu))
                    .description("CPU time of the worker's processes, and of its predecessors")
                    .baseUnit("seconds")
                    .tags(tag(slot))
                    .register(bound.registry);
        }
    }

    private void bindRest(Bound bound, int slot) {
        bound.rest.computeIfAbsent(
                slot,
                unbound -> List.of(
                        gauge(
                                        slot,
                                        "resident.memory",
                                        "Memory of the worker's processes in RAM",
                                        Figures::residentBytes)
                                .baseUnit("bytes")
                                .register(bound.registry),
                        gauge(slot, "open.fds", "Open descriptors of the worker's processes", WorkerMeters::openFiles)
                                .register(bound.registry),
                        gauge(slot, "threads", "Threads of the worker's processes", Figures::threads)
                                .register(bound.registry)));
    }

    private static double openFiles(Figures seen) {
        return seen.openFiles().isPresent() ? seen.openFiles().getAsInt() : Double.NaN;
    }

    private Gauge.Builder<WorkerMeters> gauge(
            int slot, String name, String description, ToDoubleFunction<Figures> number) {
        return Gauge.builder(
                        WORKER + name,
                        this,
                        all -> all.ofSlot(slot, found -> found.sum(seen -> number.applyAsDouble(seen.now))))
                .description(description)
                .tags(tag(slot));
    }

    private synchronized double ofSlot(int slot, ToDoubleFunction<Slot> number) {
        Slot found = slots.get(slot);
        return found == null ? 0 : number.applyAsDouble(found);
    }

    /** A worker that is no longer wanted has no memory; the time that it took it has taken. */
    private void close(int slot) {
        if (slots.containsKey(slot)) {
            slots.get(slot).wanted = false;
        }
        for (Bound bound : registries) {
            Optional.ofNullable(bound.rest.remove(slot)).stream()
                    .flatMap(List::stream)
                    .forEach(bound.registry::remove);
        }
    }

    private static List<Tag> tag(int slot) {
        return List.of(Tag.of("worker", Integer.toString(slot)));
    }
}
