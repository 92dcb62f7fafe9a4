package dev.prefork.app;

import dev.prefork.container.Readings;
import dev.prefork.listen.QueueFigures;
import dev.prefork.listen.StallMeter;
import dev.prefork.master.Master;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.metrics.meters.LogMeters;
import dev.prefork.metrics.meters.RolloutMeters;
import dev.prefork.metrics.meters.ScrapeMeters;
import dev.prefork.metrics.meters.SlotMeters;
import dev.prefork.metrics.meters.SupervisorMetrics;
import dev.prefork.metrics.meters.TrafficMeters;
import dev.prefork.procfs.Overflows;
import dev.prefork.supervise.ReportListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * All that is measured in one master, put together: the master's own meters, and those of the workers.
 *
 * <p>Threading: reports come on the master's thread, readings from any.
 */
final class Telemetry implements MeterBinder {
    private final Master master;
    private final WorkerMetrics workers;
    private final AtomicReference<Readings> readings;
    private final SupervisorMetrics supervisor;
    private final SlotMeters slots;
    private final TrafficMeters traffic;
    private final RolloutMeters rollouts;
    private final ScrapeMeters scrapes;
    private final LogMeters log;
    private final Scrape scrape;
    private final StallWatch stalls;

    Telemetry(
            Master master,
            WorkerMetrics workers,
            QueueFigures queues,
            Readings readings,
            LongSupplier logLinesDropped) {
        this.master = master;
        this.workers = workers;
        this.readings = new AtomicReference<>(readings);
        supervisor = new SupervisorMetrics(master::snapshot, master::orphansReaped, master::received, master::lagNanos);
        slots = new SlotMeters(master::snapshot, System::nanoTime);
        rollouts = new RolloutMeters(master::snapshot, master::policy, System::nanoTime);
        stalls = new StallWatch(new StallMeter(queues));
        traffic = new TrafficMeters(
                new TrafficMeters.Queues(queues::read, stalls::stalledSeconds, Overflows.of(Path.of("/"))::read),
                () -> master.snapshot().desired(),
                workers.meters()::cpuSeconds,
                () -> this.readings.get().cores());
        scrape = workers.scrape(master::snapshot, this::look);
        scrapes = new ScrapeMeters(scrape::counts, workers.rejects());
        log = new LogMeters(logLinesDropped);
    }

    void limitsAre(Readings changed) {
        readings.set(changed);
    }

    /** What the container grants at the moment. */
    Readings limits() {
        return readings.get();
    }

    Scrape scrape() {
        return scrape;
    }

    StallWatch stalls() {
        return stalls;
    }

    /** These hear what happens to the workers, from the first start on. */
    List<ReportListener> listeners() {
        return List.of(supervisor, slots, rollouts);
    }

    private void look() {
        // A loop that sleeps has no lag to tell of; a message now is what the next scrape learns from.
        master.ping();
        workers.meters().look();
        traffic.look();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Stream.of(supervisor, slots, rollouts, workers.meters(), traffic, scrapes, log)
                .forEach(meters -> meters.bindTo(registry));
        FunctionCounter.builder("prefork.notifications.dropped", master, Master::notificationsDropped)
                .description("Notifications refused for their sender, or merged because there were too many")
                .register(registry);
    }
}
