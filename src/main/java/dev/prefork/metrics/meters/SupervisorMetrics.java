package dev.prefork.metrics.meters;

import dev.prefork.os.Signal;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * What the supervisor knows, as meters. Counts from the first report on, also before a registry is there to show it.
 *
 * <p>Threading: reports come on the master's thread, readings from any. All label sets are closed and present from the
 * start at 0. What there is of each worker is in {@link SlotMeters}.
 */
public final class SupervisorMetrics implements ReportListener.Selective, MeterBinder {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Duration> STARTUP_BOUNDS =
            millis(50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000);
    private static final List<Duration> DRAIN_BOUNDS =
            millis(10, 50, 100, 500, 1000, 5000, 10_000, 20_000, 30_000, 60_000);

    /** Those that mean something to a master, or would to other programs. */
    private static final List<Signal> SIGNALS = List.of(
            Signal.TERM, Signal.INT, Signal.HUP, Signal.TTIN, Signal.TTOU, Signal.USR1, Signal.USR2, Signal.WINCH);

    private final Supplier<Snapshot> snapshot;
    private final AtomicLongArray starts = new AtomicLongArray(StartReason.values().length);
    private final AtomicLongArray exits = new AtomicLongArray(2 * Exit.Cause.values().length);
    private final LongSupplier orphansReaped;
    private final ToLongFunction<Signal> signals;
    private final LongSupplier lagNanos;
    private final DurationHistogram startups = new DurationHistogram(
            "prefork.worker.startup", "Time from a worker's start to its readiness", STARTUP_BOUNDS);
    private final DurationHistogram drains = new DurationHistogram(
            "prefork.worker.drain", "Time from the stop request to a worker's exit", DRAIN_BOUNDS);

    /**
     * @param orphansReaped how many processes that were no workers have been reaped
     * @param signals how often the master was sent a signal
     * @param lagNanos how long a message waited for the loop: the last that was taken, or the oldest that still waits
     */
    public SupervisorMetrics(
            Supplier<Snapshot> snapshot,
            LongSupplier orphansReaped,
            ToLongFunction<Signal> signals,
            LongSupplier lagNanos) {
        this.snapshot = snapshot;
        this.orphansReaped = orphansReaped;
        this.signals = signals;
        this.lagNanos = lagNanos;
    }

    @Override
    public void on(Report.WorkerStarted started) {
        starts.incrementAndGet(started.reason().ordinal());
    }

    @Override
    public void on(Report.StandbyReady ready) {
        startups.record(ready.startupNanos());
    }

    @Override
    public void on(Report.WorkerReady ready) {
        startups.record(ready.startupNanos());
    }

    @Override
    public void on(Report.WorkerExited exited) {
        if (exited.stopNanos() > 0) {
            drains.record(exited.stopNanos());
        }
        exits.incrementAndGet(exitsBy(exited.exit().cause(), exited.exit().planned()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (WorkerState state : WorkerState.values()) {
            workers(label(state), () -> snapshot.get().counted(state)).register(registry);
        }
        number(registry, "prefork.workers.desired", "Desired number of workers", Snapshot::desired);
        number(
                registry,
                "prefork.recover.threshold",
                "Unexpected exits allowed inside the window",
                now -> now.recovery().threshold());
        number(registry, "prefork.recover.exits", "Unexpected exits inside the window", now -> now.recovery()
                .exits());
        number(registry, "prefork.draining", "Whether a stop has begun", now -> now.stopping() ? 1 : 0);
        gauge("prefork.recover.backoff", "Longest current back-off before a worker restart", this::backoffSeconds)
                .baseUnit("seconds")
                .register(registry);
        gauge("prefork.loop.lag", "How long the last message waited for the master's loop", this::lagSeconds)
                .baseUnit("seconds")
                .register(registry);
        startups.bindTo(registry);
        drains.bindTo(registry);
        bindCounters(registry);
    }

    private void bindCounters(MeterRegistry registry) {
        FunctionCounter.builder("prefork.orphans.reaped", orphansReaped, LongSupplier::getAsLong)
                .description("Reaped processes that were not workers")
                .register(registry);
        for (Signal signal : SIGNALS) {
            FunctionCounter.builder("prefork.signals", signals, all -> all.applyAsLong(signal))
                    .description("Signals received by the master")
                    .tag("signal", signal.name())
                    .register(registry);
        }
        for (StartReason reason : StartReason.values()) {
            starts(label(reason), counts -> counts.get(reason.ordinal())).register(registry);
        }
        for (Exit.Cause cause : Exit.Cause.values()) {
            for (boolean planned : new boolean[] {false, true}) {
                int index = exitsBy(cause, planned);
                FunctionCounter.builder("prefork.worker.exits", exits, counts -> counts.get(index))
                        .description("Worker exits, by cause")
                        .tag("cause", label(cause))
                        .tag("planned", Boolean.toString(planned))
                        .register(registry);
            }
        }
    }

    private FunctionCounter.Builder<AtomicLongArray> starts(String reason, ToDoubleFunction<AtomicLongArray> count) {
        return FunctionCounter.builder("prefork.worker.starts", starts, count)
                .description("Workers started")
                .tag("reason", reason);
    }

    private static Gauge.Builder<Supplier<Number>> workers(String state, Supplier<Number> count) {
        return gauge("prefork.workers", "Workers by state", count).tag("state", state);
    }

    private static int exitsBy(Exit.Cause cause, boolean planned) {
        return 2 * cause.ordinal() + (planned ? 1 : 0);
    }

    private double lagSeconds() {
        return lagNanos.getAsLong() / NANOS_PER_SECOND;
    }

    private double backoffSeconds() {
        return snapshot.get().workers().stream()
                        .mapToLong(Snapshot.Worker::backoffNanos)
                        .max()
                        .orElse(0)
                / NANOS_PER_SECOND;
    }

    private void number(MeterRegistry registry, String name, String description, ToIntFunction<Snapshot> reading) {
        gauge(name, description, () -> reading.applyAsInt(snapshot.get())).register(registry);
    }

    private static Gauge.Builder<Supplier<Number>> gauge(String name, String description, Supplier<Number> reading) {
        return Gauge.builder(name, reading).description(description);
    }

    private static List<Duration> millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toList();
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
