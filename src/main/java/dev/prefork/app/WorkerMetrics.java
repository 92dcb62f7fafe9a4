package dev.prefork.app;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.log.EventName;
import dev.prefork.master.InheritedDescriptor;
import dev.prefork.metrics.collect.MetricsScraper;
import dev.prefork.metrics.merge.BoardReadings;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.metrics.merge.Limits;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.metrics.meters.WorkerMeters;
import dev.prefork.os.Built;
import dev.prefork.os.Posix;
import dev.prefork.procfs.Figures;
import dev.prefork.procfs.ProcessFigures;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What workers measure, and what is read of them in /proc: the boards that they write, the scraper of their own endpoints, and
 * the merger of both. Made before the master, which passes a board to each worker that it starts.
 *
 * <p>Threading: reports come on the master's thread, readings from any.
 */
final class WorkerMetrics implements AutoCloseable {
    private static final int MOST_SERIES_OF_ONE = 20_000;

    private final ThreadPoolExecutor aside =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "prefork-boards");
                thread.setDaemon(true);
                return thread;
            });
    private final Rejects rejects = new Rejects(WorkerMetrics::say);
    private final ProcessFigures figures = ProcessFigures.of(Path.of("/"));
    private final WorkerMeters meters = new WorkerMeters(figures::ofGroups, figures::ofProcess);
    private final Merger merger;
    private final BoardReadings boards;
    private final Optional<MetricsScraper> scraper;

    WorkerMetrics(Posix posix, Settings settings) {
        // When the first worker ends, the pod may be out of pids, and the master's thread must not fail for that.
        aside.prestartCoreThread();
        merger = new Merger(
                GaugeRules.of(settings.get(Options.METRICS_GAUGE)),
                settings.get(Options.METRICS_PER_WORKER) ? Merger.Grouping.PER_WORKER : Merger.Grouping.MERGED,
                Limits.of(heap()),
                rejects);
        var expected = settings.command().isEmpty() ? BoardReadings.Expectation.ALL : BoardReadings.Expectation.WRITERS;
        boards = new BoardReadings(posix, merger, expected, WorkerMetrics::say, aside);
        scraper = settings.get(Options.METRICS_URL).map(url -> {
            try {
                return new MetricsScraper(url, merger, rejects, MOST_SERIES_OF_ONE);
            } catch (IOException e) {
                throw new UncheckedIOException("no selector for the workers' metrics", e);
            }
        });
    }

    private static void say(String line) {
        Console.warn(EventName.METRICS_REJECTED, line);
    }

    /** A native executable may take most of the memory for its heap, but in a pod the workers need it. */
    private static long heap() {
        long most = Runtime.getRuntime().maxMemory();
        return Built.ofThisProcess() == Built.NATIVELY ? most / 2 : most;
    }

    /** What each worker is given to write its metrics to. */
    InheritedDescriptor board() {
        return boards;
    }

    /** Looks at a worker that has ended and is not reaped yet. */
    void lastLook(int pid) {
        meters.lookForTheLastTime(pid);
    }

    List<ReportListener> listeners() {
        return Stream.<ReportListener>concat(Stream.of(meters, boards), scraper.stream())
                .toList();
    }

    /** @param look what to read before each answer */
    Scrape scrape(Supplier<Snapshot> snapshot, Runnable look) {
        List<Scrape.WorkerSource> sources = Stream.<Scrape.WorkerSource>concat(Stream.of(boards), scraper.stream())
                .toList();
        return new Scrape(merger, sources, snapshot, look);
    }

    /** By its number, what each of these process groups uses. */
    Map<Integer, Figures> figures(Set<Integer> groups) {
        return figures.ofGroups(groups);
    }

    /** By pid, how many requests each worker has answered so far, as far as it says so. */
    Map<Integer, Double> requests() {
        return boards.requests();
    }

    WorkerMeters meters() {
        return meters;
    }

    Rejects rejects() {
        return rejects;
    }

    @Override
    public void close() {
        scraper.ifPresent(MetricsScraper::close);
        aside.shutdown();
        boards.close();
    }
}
