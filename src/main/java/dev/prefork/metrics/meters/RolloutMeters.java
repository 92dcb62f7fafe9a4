package dev.prefork.metrics.meters;

import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reloads, as meters: whether one is in course, whether the last one was aborted, and how those before have ended.
 *
 * <p>Threading: reports come on the master's thread, readings from any.
 */
public final class RolloutMeters implements ReportListener.Selective, MeterBinder {
    private final Supplier<Snapshot> snapshot;
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();
    private final AtomicLong superseded = new AtomicLong();

    public RolloutMeters(Supplier<Snapshot> snapshot) {
        this.snapshot = snapshot;
    }

    @Override
    public void on(Report.RolloutCompleted report) {
        completed.incrementAndGet();
    }

    @Override
    public void on(Report.RolloutAborted report) {
        aborted.incrementAndGet();
    }

    @Override
    public void on(Report.RolloutSuperseded report) {
        superseded.incrementAndGet();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "active", "Whether workers are being replaced by a reload", Snapshot.Rollout::active);
        gauge(registry, "aborted", "Whether the last reload was aborted", now -> now.failure()
                .isPresent());
        count(registry, "completed", completed);
        count(registry, "aborted", aborted);
        count(registry, "superseded", superseded);
    }

    private void gauge(MeterRegistry registry, String name, String description, Predicate<Snapshot.Rollout> holds) {
        Gauge.builder(
                        "prefork.rollout." + name,
                        snapshot,
                        now -> holds.test(now.get().rollout()) ? 1 : 0)
                .description(description)
                .register(registry);
    }

    private static void count(MeterRegistry registry, String result, AtomicLong count) {
        FunctionCounter.builder("prefork.rollouts", count, AtomicLong::get)
                .description("Reloads that are over, by result")
                .tag("result", result)
                .register(registry);
    }
}
