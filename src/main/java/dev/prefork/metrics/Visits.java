package dev.prefork.metrics;

import dev.prefork.exposition.ExpositionParser;
import dev.prefork.exposition.Parsed;
import dev.prefork.master.ReportListener;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks workers that are no programs of ours for their metrics, all at once, when somebody scrapes. The scrape waits for a
 * moment only: who answers later is counted as missing, what it said before holds, and its answer is there for the next scrape.
 *
 * <p>Threading: one daemon thread of its own does all the asking. Its state is guarded by this object's lock.
 */
public final class Visits implements ReportListener, Scrape.WorkerSource, AutoCloseable {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(75);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);
    private static final int LONGEST = 16 << 20;

    private final MetricsUrl url;
    private final Merger merger;
    private final Rejects rejects;
    private final int mostSeries;
    private final Selector selector;
    private final Map<Integer, Visit> visits = new HashMap<>();
    private final Thread thread;
    private boolean closed;

    public Visits(MetricsUrl url, Merger merger, Rejects rejects, int mostSeries) throws IOException {
        this.url = url;
        this.merger = merger;
        this.rejects = rejects;
        this.mostSeries = mostSeries;
        selector = Selector.open();
        thread = new Thread(this::run, "prefork-visits");
        thread.setDaemon(true);
        thread.start();
    }

    /** What is known of one worker. */
    private static final class Visit {
        private final int slot;
        private final int pid;
        private Optional<Fetch> fetch = Optional.empty();
        private boolean wanted;
        private long since;
        private long answeredAt;
        private boolean answered;

        Visit(int slot, int pid) {
            this.slot = slot;
            this.pid = pid;
        }

        boolean isUnderWay() {
            return wanted || fetch.isPresent();
        }

        boolean answeredSince(long moment) {
            return answered && answeredAt - moment >= 0;
        }
    }

    @Override
    public synchronized void on(Report report) {
        if (report instanceof Report.WorkerStarted started) {
            visits.put(started.pid(), new Visit(started.slot(), started.pid()));
        } else if (report instanceof Report.WorkerExited exited) {
            Visit visit = visits.remove(exited.pid());
            if (visit != null) {
                visit.fetch.ifPresent(Fetch::close);
                merger.retire(source(exited.pid()));
            }
        }
    }

    /** A worker may have a board as well, by its pid. */
    private static int source(int pid) {
        return -pid;
    }

    @Override
    public Scrape.Counts refresh(List<Snapshot.Worker> ready) {
        long start = System.nanoTime();
        List<Integer> pids = ready.stream()
                .flatMapToInt(worker -> worker.pid().stream())
                .boxed()
                .toList();
        synchronized (this) {
            for (Visit visit : visits.values()) {
                if (pids.contains(visit.pid) && !visit.isUnderWay()) {
                    visit.wanted = true;
                }
            }
            selector.wakeup();
            try {
                awaitAnswers(pids, start);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            int merged = (int) pids.stream()
                    .map(visits::get)
                    .filter(visit -> visit != null && visit.answeredSince(start))
                    .count();
            return new Scrape.Counts(merged, pids.size() - merged);
        }
    }

    private void awaitAnswers(List<Integer> pids, long start) throws InterruptedException {
        long left = MOMENT;
        while (left > 0 && pids.stream().map(visits::get).anyMatch(visit -> visit != null && visit.isUnderWay())) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = start + MOMENT - System.nanoTime();
        }
    }

    private void run() {
        try (selector) {
            while (true) {
                selector.select(isIdle() ? 0 : TimeUnit.NANOSECONDS.toMillis(PATIENCE));
                synchronized (this) {
                    if (closed) {
                        visits.values().forEach(visit -> visit.fetch.ifPresent(Fetch::close));
                        return;
                    }
                    selector.selectedKeys().forEach(this::proceed);
                    selector.selectedKeys().clear();
                    long now = System.nanoTime();
                    visits.values().forEach(visit -> look(visit, now));
                    notifyAll();
                }
            }
        } catch (IOException e) {
            rejects.count(Rejects.Reason.GARBAGE, "workers cannot be asked for their metrics any more: " + e);
        }
    }

    private synchronized boolean isIdle() {
        return visits.values().stream().noneMatch(Visit::isUnderWay);
    }

    private void look(Visit visit, long now) {
        if (visit.wanted) {
            visit.wanted = false;
            visit.since = now;
            try {
                Fetch fetch = Fetch.start(url.target(visit.slot, visit.pid), LONGEST);
                visit.fetch = Optional.of(fetch);
                fetch.register(selector, visit);
            } catch (IOException | IllegalArgumentException e) {
                failed(visit, e.getMessage());
            }
        } else if (visit.fetch.isPresent() && now - visit.since > PATIENCE) {
            failed(visit, "no answer within " + TimeUnit.NANOSECONDS.toSeconds(PATIENCE) + " s");
        }
    }

    private void proceed(SelectionKey key) {
        Visit visit = (Visit) key.attachment();
        if (!key.isValid() || visit.fetch.isEmpty()) {
            return;
        }
        try {
            visit.fetch.get().proceed(key).ifPresent(body -> answered(visit, body));
        } catch (IOException | RuntimeException e) {
            // This thread is all workers'.
            failed(visit, e.getMessage());
        }
    }

    private void answered(Visit visit, byte[] body) {
        end(visit);
        Parsed parsed = ExpositionParser.parse(body, mostSeries);
        parsed.problems()
                .forEach(problem ->
                        rejects.count(Rejects.Reason.GARBAGE, "worker " + visit.slot + "'s metrics: " + problem));
        merger.observe(visit.slot, source(visit.pid), parsed.exposition());
        visit.answered = true;
        visit.answeredAt = System.nanoTime();
    }

    /** It is missing in the answer, which says so; that is the measure to watch, and the reason is said once. */
    private void failed(Visit visit, String why) {
        end(visit);
        rejects.say("worker " + visit.slot + " does not show its metrics at " + url + ": " + why);
    }

    private static void end(Visit visit) {
        visit.fetch.ifPresent(Fetch::close);
        visit.fetch = Optional.empty();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
