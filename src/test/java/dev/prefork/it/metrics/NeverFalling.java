package dev.prefork.it.metrics;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Scrapes all the while, as Prometheus does but more often, and notes every counter that fell or went away: to Prometheus
 * either is a restart. A thread of its own; any thread may call.
 */
final class NeverFalling implements AutoCloseable {
    private static final long PERIOD_MILLIS = 250;

    private final MeteredMaster master;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> scrapes;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, String> fallen = new TreeMap<>();
    private Map<String, Double> before = Map.of();

    private NeverFalling(MeteredMaster master) {
        this.master = master;
        scrapes = thread.scheduleWithFixedDelay(this::scrape, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    static NeverFalling watch(MeteredMaster master) {
        return new NeverFalling(master);
    }

    private void scrape() {
        try {
            look(master.figures().accumulating());
            count.incrementAndGet();
        } catch (IOException e) {
            throw new AssertionError("a scrape failed", e);
        }
    }

    private synchronized void look(Map<String, Double> now) {
        before.forEach((series, value) -> {
            Double next = now.get(series);
            if (next == null) {
                fallen.put(series, "was " + value + " and is not there any more");
            } else if (next < value) {
                fallen.put(series, "was " + value + " and is " + next);
            }
        });
        before = now;
    }

    int scrapes() {
        return count.get();
    }

    /** What fell, and how; fails if the watching itself did. */
    synchronized Map<String, String> fallen() {
        if (scrapes.isDone()) {
            throw new AssertionError("the watching ended after " + count + " scrapes");
        }
        return fallen;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
