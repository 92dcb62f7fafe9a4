package dev.prefork.metrics.meters;

import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reloads, as meters: whether one is in course and goes on, whether the last one was aborted or refused, and how those before have ended.
 *
 * <p>Threading: reports come on the master's thread, readings from any.
 */
public final class RolloutMeters implements ReportListener.Selective, MeterBinder {
    private final Supplier<Snapshot> snapshot;
    private final Supplier<Policy> policy;
    private final LongSupplier clock;
    private volatile boolean inCourse;
    private volatile long movedAt;
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();
    private final AtomicLong superseded = new AtomicLong();

    /**
     * @param policy what is followed at the moment
     * @param clock in nanoseconds
     */
    public RolloutMeters(Supplier<Snapshot> snapshot, Supplier<Policy> policy, LongSupplier clock) {
        this.snapshot = snapshot;
        this.policy = policy;
        this.clock = clock;
    }

    @Override
    public void on(Report.RolloutBegan report) {
        moved();
        inCourse = true;
    }

    @Override
    public void on(Report.WorkerStarted report) {
        if (report.reason() == StartReason.RELOAD) {
            moved();
        }
    }

    @Override
    public void on(Report.WorkerTookOver report) {
        moved();
    }

    /** Room for the next one. Workers that crash meanwhile are no progress. */
    @Override
    public void on(Report.WorkerExited report) {
        if (report.exit().planned()) {
            moved();
        }
    }

    private void moved() {
        movedAt = clock.getAsLong();
    }

    @Override
    public void on(Report.RolloutCompleted report) {
        inCourse = false;
        completed.incrementAndGet();
    }

    @Override
    public void on(Report.RolloutAborted report) {
        inCourse = false;
        aborted.incrementAndGet();
    }

    @Override
    public void on(Report.RolloutSuperseded report) {
        superseded.incrementAndGet();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "active", "Whether workers are being replaced by a reload", Snapshot.Rollout::active);
        gauge(registry, "aborted", "Whether the last reload was aborted or refused", Snapshot.Rollout::hasFailed);
        Gauge.builder("prefork.rollout.overdue", this, RolloutMeters::overdueSeconds)
                .description("How long a reload has waited for its next step beyond the longest that one may take")
                .baseUnit("seconds")
                .register(registry);
        count(registry, "completed", completed);
        count(registry, "aborted", aborted);
        count(registry, "superseded", superseded);
    }

    /** Between two steps, at most: a start, the time that the new worker has to serve, and the stop of another one. */
    private double overdueSeconds() {
        // The snapshot alone is of one that has begun before its report is here, and its first step with it.
        if (!inCourse || !snapshot.get().rollout().active()) {
            return 0;
        }
        Duration waited = Duration.ofNanos(clock.getAsLong() - movedAt);
        Policy rules = policy.get();
        Duration longest = rules.starting()
                .timeout()
                .plus(rules.workers().replacing().soak())
                .plus(rules.stopping().gracePeriod());
        return Math.max(0, waited.minus(longest).toMillis() / 1000.0);
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
