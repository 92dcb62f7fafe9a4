package dev.prefork.it.metrics;

import dev.prefork.it.Answer;
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
public final class NeverFalling implements AutoCloseable {
    private static final long PERIOD_MILLIS = 250;

    private final MeteredMaster master;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> scrapes;
    private final boolean mayBeRefused;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Map<String, String> fallen = new TreeMap<>();
    private Map<String, Double> before = Map.of();

    private NeverFalling(MeteredMaster master, boolean mayBeRefused) {
        this.master = master;
        this.mayBeRefused = mayBeRefused;
        scrapes = thread.scheduleWithFixedDelay(this::scrape, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    public static NeverFalling watch(MeteredMaster master) {
        return new NeverFalling(master, false);
    }

    /** Of a master that is flooded, and may refuse a scrape or end its connection. */
    public static NeverFalling watchWhatIsAnswered(MeteredMaster master) {
        return new NeverFalling(master, true);
    }

    private void scrape() {
        try {
            Answer answer = master.scrape(Map.of());
            if (answer.status() == 503 && mayBeRefused) {
                refused.incrementAndGet();
                return;
            }
            look(Figures.of(answer).accumulating());
            count.incrementAndGet();
        } catch (IOException e) {
            if (!mayBeRefused) {
                throw new AssertionError("a scrape failed", e);
            }
            refused.incrementAndGet();
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

    public int scrapes() {
        return count.get();
    }

    public int refused() {
        return refused.get();
    }

    /** What fell, and how; fails if the watching itself did. */
    public synchronized Map<String, String> fallen() {
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
