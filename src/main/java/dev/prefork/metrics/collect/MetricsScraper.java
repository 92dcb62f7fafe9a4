package dev.prefork.metrics.collect;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionParser;
import dev.prefork.exposition.Parsed;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.ReportListener;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks workers that are no programs of ours for their metrics, all at once, at a scrape. The scrape waits for a
 * moment only: who answers later is counted as missing, what it said before holds, and its answer is there for the next scrape.
 *
 * <p>Threading: one daemon thread of its own does all the asking and reading, and owns the connections. Others only leave a
 * word for it; neither the master's loop nor a scrape ever waits for an answer to be read.
 */
public final class MetricsScraper implements ReportListener.Selective, Scrape.WorkerSource, AutoCloseable {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(75);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    /** After a failure, so that one that stays costs nothing. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final MetricsUrl url;
    private final Merger merger;
    private final Rejects rejects;
    private final int mostSeries;
    private final Selector selector;

    /** By pid, those that live. */
    private final Map<Integer, Scraped> workers = new ConcurrentHashMap<>();

    private final Queue<Scraped> gone = new ConcurrentLinkedQueue<>();

    /** Notified after each turn of the thread. */
    private final Object turn = new Object();

    private final Thread thread;
    private int made;

    /** Of the last turn, until it has been said; null if there is none. */
    private Throwable failure;

    private volatile boolean closed;

    public MetricsScraper(MetricsUrl url, Merger merger, Rejects rejects, int mostSeries) throws IOException {
        this.url = url;
        this.merger = merger;
        this.rejects = rejects;
        this.mostSeries = mostSeries;
        selector = Selector.open();
        thread = new Thread(this::run, "prefork-visits");
        thread.setDaemon(true);
        thread.start();
    }

    private static final class Scraped {
        private final int slot;
        private final int pid;

        /** No pid, which may come again; and below zero, for the worker may have a board as well. */
        private final int source;

        private final AtomicBoolean wanted = new AtomicBoolean();
        private volatile Optional<ScrapeRequest> request = Optional.empty();
        private volatile OptionalLong answeredAt = OptionalLong.empty();
        private long since;

        Scraped(int slot, int pid, int source) {
            this.slot = slot;
            this.pid = pid;
            this.source = source;
        }

        boolean isUnderWay() {
            return wanted.get() || request.isPresent();
        }

        boolean answeredSince(long moment) {
            return answeredAt.isPresent() && answeredAt.getAsLong() - moment >= 0;
        }
    }

    @Override
    public void on(Report.WorkerStarted started) {
        workers.put(started.pid(), new Scraped(started.slot(), started.pid(), --made));
    }

    @Override
    public void on(Report.WorkerExited exited) {
        Scraped worker = workers.remove(exited.pid());
        if (worker != null) {
            gone.add(worker);
            selector.wakeup();
        }
    }

    @Override
    public Scrape.Counts refresh(List<Snapshot.Worker> ready) {
        long start = System.nanoTime();
        List<Scraped> asked = ready.stream()
                .flatMapToInt(worker -> worker.pid().stream())
                .mapToObj(workers::get)
                .filter(Objects::nonNull)
                .toList();
        asked.stream().filter(worker -> worker.request.isEmpty()).forEach(worker -> worker.wanted.set(true));
        selector.wakeup();
        try {
            awaitAnswers(asked, start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int merged = (int)
                asked.stream().filter(worker -> worker.answeredSince(start)).count();
        return new Scrape.Counts(merged, ready.size() - merged);
    }

    private void awaitAnswers(List<Scraped> asked, long start) throws InterruptedException {
        synchronized (turn) {
            long left = MOMENT;
            while (left > 0 && !closed && asked.stream().anyMatch(Scraped::isUnderWay)) {
                TimeUnit.NANOSECONDS.timedWait(turn, left);
                left = start + MOMENT - System.nanoTime();
            }
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                try {
                    turn();
                } catch (RuntimeException | OutOfMemoryError e) {
                    // Said later: that takes memory, too.
                    failure = e;
                    LockSupport.parkNanos(this, PAUSE);
                }
            }
        } catch (IOException e) {
            rejects.say("workers' metrics can no longer be scraped: " + e);
        } finally {
            closed = true;
            workers.values().forEach(MetricsScraper::end);
            gone.forEach(MetricsScraper::end);
            tellWaiters();
        }
    }

    private void turn() throws IOException {
        selector.select(isIdle() ? 0 : TimeUnit.NANOSECONDS.toMillis(PATIENCE));
        if (failure != null) {
            rejects.say("workers' metrics could not be scraped, trying again: " + failure);
            failure = null;
        }
        selector.selectedKeys().forEach(this::proceed);
        selector.selectedKeys().clear();
        workers.values().forEach(this::look);
        retireTheGone();
        tellWaiters();
    }

    private void retireTheGone() {
        for (Scraped worker = gone.peek(); worker != null; worker = gone.peek()) {
            end(worker);
            merger.retire(worker.source);
            // Not before: if memory was short, it is tried again.
            gone.remove();
        }
    }

    private void tellWaiters() {
        synchronized (turn) {
            turn.notifyAll();
        }
    }

    private boolean isIdle() {
        return gone.isEmpty() && workers.values().stream().noneMatch(Scraped::isUnderWay);
    }

    private void look(Scraped worker) {
        if (worker.request.isPresent()) {
            if (System.nanoTime() - worker.since > PATIENCE) {
                failed(worker, "no response within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE) + " s");
            }
        } else if (worker.wanted.get()) {
            worker.since = System.nanoTime();
            try {
                ScrapeRequest request = ScrapeRequest.start(
                        url.target(worker.slot, worker.pid), merger.limits().one());
                worker.request = Optional.of(request);
                request.register(selector, worker);
            } catch (IOException | IllegalArgumentException e) {
                failed(worker, e.getMessage());
            }
            // Only now: in between it must not be taken for done.
            worker.wanted.set(false);
        }
    }

    private void proceed(SelectionKey key) {
        Scraped worker = (Scraped) key.attachment();
        if (!key.isValid() || worker.request.isEmpty()) {
            return;
        }
        try {
            Optional<byte[]> body = worker.request.get().proceed(key);
            worker.since = System.nanoTime();
            body.ifPresent(whole -> answered(worker, whole));
            if (body.isEmpty() && hasNoRoom(worker.request.get().size())) {
                rejects.count(Rejects.Reason.BYTES, 1);
                failed(worker, "the response is too long beside those of other workers");
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // This thread is all workers': one that shows more than there is memory for may end nothing but its worker.
            failed(worker, e.getMessage());
        }
    }

    /** Whether a response of which so much is there takes what others may need: each worker's share is its own. */
    private boolean hasNoRoom(long arrived) {
        long most = merger.limits().arriving();
        return arrived > merger.share(most)
                && workers.values().stream()
                                .flatMap(worker -> worker.request.stream())
                                .mapToLong(ScrapeRequest::size)
                                .sum()
                        > most;
    }

    private void answered(Scraped worker, byte[] body) {
        Parsed parsed = ExpositionParser.parse(body, mostSeries);
        parsed.flaws().forEach((flaw, times) -> rejects.count(Rejects.Reason.valueOf(flaw.name()), times));
        // The first alone: they may be others each time.
        parsed.problems().stream()
                .limit(1)
                .forEach(problem -> rejects.say("worker " + worker.slot + "'s metrics: " + problem));
        boolean nothing = parsed.exposition().shape().families().isEmpty();
        if (nothing && !parsed.problems().isEmpty()) {
            failed(worker, "the response contains no metrics");
            return;
        }
        long now = System.nanoTime();
        if (workers.get(worker.pid) == worker) {
            Exposition fitting = parsed.exposition().within(merger.shownByOne());
            merger.observe(worker.slot, worker.source, now, fitting);
            merger.leftOut(
                    worker.slot,
                    parsed.exposition().shape().rows() - fitting.shape().rows());
        }
        worker.answeredAt = OptionalLong.of(now);
        end(worker);
    }

    /** It is missing in the answer, which says so; that is the measure to watch, and the reason is said once. */
    private void failed(Scraped worker, String why) {
        end(worker);
        rejects.say("worker " + worker.slot + " does not expose its metrics at " + url + ": " + why);
    }

    private static void end(Scraped worker) {
        worker.request.ifPresent(ScrapeRequest::close);
        worker.request = Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
