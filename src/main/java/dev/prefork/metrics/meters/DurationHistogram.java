package dev.prefork.metrics.meters;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A histogram of durations that counts before there is a registry to show it: the first workers start before Quarkus does.
 *
 * <p>Threading: any thread.
 */
final class DurationHistogram implements MeterBinder {
    /** Where no registry ever comes, the first ones are as good as any. */
    private static final int KEPT = 4096;

    private final String name;
    private final String description;
    private final List<Duration> bounds;
    private final List<Timer> timers = new ArrayList<>();
    private final List<Long> early = new ArrayList<>();

    DurationHistogram(String name, String description, List<Duration> bounds) {
        this.name = name;
        this.description = description;
        this.bounds = bounds;
    }

    synchronized void record(long nanos) {
        timers.forEach(timer -> timer.record(nanos, TimeUnit.NANOSECONDS));
        if (early.size() < KEPT) {
            early.add(nanos);
        }
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Timer timer = Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(bounds.toArray(Duration[]::new))
                .register(registry);
        early.forEach(nanos -> timer.record(nanos, TimeUnit.NANOSECONDS));
        timers.add(timer);
    }
}
