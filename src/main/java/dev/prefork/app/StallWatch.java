package dev.prefork.app;

import dev.prefork.listen.StallMeter;
import dev.prefork.listen.StallMeter.Stall;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks once a second whether connections wait while no worker accepts one. Nothing tells of that: a hung worker looks like an
 * idle one.
 *
 * <p>Threading: one daemon thread of its own looks; the readings may be taken by any.
 */
final class StallWatch implements AutoCloseable {
    /** Above, a listener has stalled: a collection of garbage, or a worker's replacement, takes less. */
    static final Duration TOLERATED = Duration.ofSeconds(5);

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Sampler sampler = Sampler.named("prefork-stalls", "cannot look at the accept queues", this::look);
    private final StallMeter meter;
    private volatile Consumer<List<Stall>> told = stalls -> {};
    private volatile List<Stall> last = List.of();

    StallWatch(StallMeter meter) {
        this.meter = meter;
    }

    /** Begins to look. {@code listener} is given what each look found, on the thread that looks. */
    StallWatch begin(Consumer<List<Stall>> listener) {
        told = listener;
        sampler.begin(PERIOD);
        return this;
    }

    private void look() {
        last = meter.look(System.nanoTime());
        told.accept(last);
    }

    /** For how long connections have waited on this listener without one being accepted. */
    double stalledSeconds(String listener) {
        return last.stream()
                        .filter(stall -> stall.listener().equals(listener))
                        .mapToLong(Stall::nanos)
                        .max()
                        .orElse(0)
                / 1e9;
    }

    /** Those that have stalled for longer than is {@link #TOLERATED}. */
    List<Stall> stalled() {
        return last.stream()
                .filter(stall -> stall.nanos() >= TOLERATED.toNanos())
                .toList();
    }

    @Override
    public void close() {
        sampler.close();
    }
}
