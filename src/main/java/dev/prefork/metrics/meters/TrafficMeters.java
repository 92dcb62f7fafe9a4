package dev.prefork.metrics.meters;

import dev.prefork.listen.QueueFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What comes in and how well it is coped with: the accept queues, and how saturated the pod is. Read at a scrape.
 *
 * <p>Threading: any thread; one at a time.
 */
public final class TrafficMeters implements MeterBinder {
    private final Queues queues;
    private final IntSupplier workers;
    private final DoubleSupplier cpuSeconds;
    private final DoubleSupplier cores;
    private final Saturation saturation = new Saturation();
    private volatile List<QueueFigures.Figure> seen = List.of();
    private volatile long overflowed;

    /**
     * What is known of the accept queues.
     *
     * @param figures reads them
     * @param stalledSeconds for how long connections have waited on the listener of that name without one being accepted
     * @param overflows how often one was full; empty where the kernel does not say
     */
    public record Queues(
            Supplier<List<QueueFigures.Figure>> figures,
            ToDoubleFunction<String> stalledSeconds,
            Supplier<OptionalLong> overflows) {}

    /**
     * @param workers how many there should be
     * @param cpuSeconds CPU time of all workers that there ever were
     * @param cores how many they may use together; 0 if unknown
     */
    public TrafficMeters(Queues queues, IntSupplier workers, DoubleSupplier cpuSeconds, DoubleSupplier cores) {
        this.queues = queues;
        this.workers = workers;
        this.cpuSeconds = cpuSeconds;
        this.cores = cores;
    }

    public synchronized void look() {
        seen = queues.figures().get();
        overflowed = queues.overflows().get().orElse(overflowed);
        long waiting = seen.stream().mapToLong(QueueFigures.Figure::waiting).sum();
        saturation.look(System.nanoTime(), cpuSeconds.getAsDouble(), waiting, workers.getAsInt(), cores.getAsDouble());
        saturation.stalledFor(seen.stream()
                .map(QueueFigures.Figure::listener)
                .mapToDouble(queues.stalledSeconds())
                .max()
                .orElse(0));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        look();
        for (QueueFigures.Figure figure : seen) {
            Gauge.builder("prefork.listener.queue", this, meters -> meters.of(figure.listener())
                            .waiting())
                    .description("Connections waiting to be accepted")
                    .tag("listener", figure.listener())
                    .register(registry);
            Gauge.builder("prefork.listener.queue.limit", this, meters -> meters.of(figure.listener())
                            .limit())
                    .description("Limit of connections waiting to be accepted")
                    .tag("listener", figure.listener())
                    .register(registry);
            Gauge.builder("prefork.listener.stalled", figure.listener(), queues.stalledSeconds())
                    .description("For how long connections have waited without one being accepted")
                    .baseUnit("seconds")
                    .strongReference(true)
                    .tag("listener", figure.listener())
                    .register(registry);
        }
        FunctionCounter.builder("prefork.listener.overflows", this, meters -> meters.overflowed)
                .description("Connections dropped because an accept queue of the pod was full")
                .register(registry);
        Gauge.builder("prefork.saturation", saturation, Saturation::ratio)
                .description("Saturation of the pod, from 0 to 1: the largest of its parts")
                .baseUnit("ratio")
                .register(registry);
        part(registry, "cpu", Saturation::cpu);
        part(registry, "queue", Saturation::queue);
        part(registry, "stalled", Saturation::stalled);
    }

    private void part(MeterRegistry registry, String name, ToDoubleFunction<Saturation> part) {
        Gauge.builder("prefork.saturation.part", saturation, part)
                .description(
                        "Parts of the saturation, from 0 to 1: CPU time used, waiting connections, and how long none was accepted")
                .baseUnit("ratio")
                .tag("part", name)
                .register(registry);
    }

    private QueueFigures.Figure of(String listener) {
        return seen.stream()
                .filter(figure -> figure.listener().equals(listener))
                .findFirst()
                .orElse(new QueueFigures.Figure(listener, 0, 0));
    }
}
