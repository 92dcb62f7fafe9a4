package dev.prefork.app;

import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.WorkerKind;
import dev.prefork.listen.Listeners;
import dev.prefork.listen.QueueFigures;
import dev.prefork.master.InheritedDescriptor;
import dev.prefork.master.Master;
import dev.prefork.metrics.collect.MetricsScraper;
import dev.prefork.metrics.merge.BoardReadings;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.metrics.meters.LoopFigures;
import dev.prefork.metrics.meters.ScrapeMeters;
import dev.prefork.metrics.meters.SupervisorMetrics;
import dev.prefork.metrics.meters.TrafficMeters;
import dev.prefork.metrics.meters.WorkerMeters;
import dev.prefork.os.Posix;
import dev.prefork.procfs.Overflows;
import dev.prefork.procfs.ProcessFigures;
import dev.prefork.supervise.ReportListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * All that is measured in one master, put together: the supervisor's own meters, and those of the workers.
 *
 * <p>Threading: made before the master runs; reports come on its thread, readings from any.
 */
final class Telemetry implements MeterBinder, AutoCloseable {
    /** Some ten thousand are a lot for a pod; each takes the master half a kilobyte, and 200 bytes for each worker that has it. */
    private static final int MOST_SERIES = 50_000;

    private static final int MOST_SERIES_OF_ONE = 20_000;
    private static final Duration ANY = Duration.ofSeconds(1);

    private final ExecutorService aside = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "prefork-boards");
        thread.setDaemon(true);
        return thread;
    });
    private final Supplier<Master> master;
    private final AtomicReference<Readings> readings;
    private final BoardReadings boards;
    private final Optional<MetricsScraper> scraper;
    private final SupervisorMetrics supervisor;
    private final WorkerMeters workers;
    private final TrafficMeters traffic;
    private final ScrapeMeters scrapes;
    private final Scrape scrape;

    /** @param master asked for when there is something to show, and not before */
    Telemetry(Posix posix, Settings settings, Readings readings, Listeners listeners, Supplier<Master> master) {
        this.master = master;
        this.readings = new AtomicReference<>(readings);
        Rejects rejects = new Rejects(Console::warn);
        Merger merger = new Merger(
                GaugeRules.of(settings.metricsGauges()),
                settings.metricsPerWorker() ? Merger.Grouping.PER_WORKER : Merger.Grouping.MERGED,
                MOST_SERIES,
                rejects);
        boards = new BoardReadings(posix, merger, expectation(settings), Console::warn, aside);
        scraper = settings.metricsUrl().map(url -> {
            try {
                return new MetricsScraper(url, merger, rejects, MOST_SERIES_OF_ONE);
            } catch (IOException e) {
                throw new UncheckedIOException("no selector for the workers' metrics", e);
            }
        });
        LoopFigures loop = new LoopFigures(
                () -> master.get().orphansReaped(), signal -> master.get().received(signal), () -> master.get()
                        .lagNanos());
        supervisor = new SupervisorMetrics(() -> master.get().snapshot(), loop);
        workers = new WorkerMeters(ProcessFigures.of(Path.of("/")));
        traffic = new TrafficMeters(
                new QueueFigures(posix, listeners.all(), settings.backlog())::read,
                Overflows.of(Path.of("/"))::read,
                () -> master.get().snapshot().desired(),
                workers::cpuSeconds,
                () -> this.readings.get().cores());
        scrape = new Scrape(
                merger,
                Stream.<Scrape.WorkerSource>concat(Stream.of(boards), scraper.stream())
                        .toList(),
                () -> master.get().snapshot(),
                this::look);
        scrapes = new ScrapeMeters(scrape::counts, rejects);
    }

    private static BoardReadings.Expectation expectation(Settings settings) {
        boolean builtIn =
                settings.workerKind() == WorkerKind.JVM_BUILT_IN || settings.workerKind() == WorkerKind.NATIVE_BUILT_IN;
        return builtIn ? BoardReadings.Expectation.ALL : BoardReadings.Expectation.WRITERS;
    }

    /** The limits are others now. */
    void limitsAre(Readings changed) {
        readings.set(changed);
    }

    /** What each worker is given to write its metrics to. */
    InheritedDescriptor inheritedDescriptor() {
        return boards;
    }

    Scrape scrape() {
        return scrape;
    }

    /** Looks at a worker that has ended and is not reaped yet. */
    void lastLook(int pid) {
        workers.lookForTheLastTime(pid);
    }

    List<ReportListener> listeners() {
        return Stream.<ReportListener>concat(Stream.of(supervisor, workers, boards), scraper.stream())
                .toList();
    }

    private void look() {
        // A loop that sleeps has no lag to tell of; a message now is what the next scrape learns from.
        master.get().answers(ANY);
        workers.look();
        traffic.look();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Stream.of(supervisor, workers, traffic, scrapes).forEach(meters -> meters.bindTo(registry));
    }

    @Override
    public void close() {
        scraper.ifPresent(MetricsScraper::close);
        aside.shutdown();
        boards.close();
    }
}
