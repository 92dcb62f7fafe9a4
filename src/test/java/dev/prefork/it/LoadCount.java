package dev.prefork.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The tally of a {@link KeepAliveLoad}. Any thread. */
final class LoadCount {
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong lastAnswer = new AtomicLong(Long.MIN_VALUE);
    private final List<String> failures = new ArrayList<>();
    private int failed;
    private int refused;
    private int unconnected;
    private int unanswered;

    void answered() {
        long now = System.nanoTime();
        answered.incrementAndGet();
        lastAnswer.accumulateAndGet(now, (before, next) -> before == Long.MIN_VALUE ? next : Math.max(before, next));
    }

    long answers() {
        return answered.get();
    }

    synchronized void failed(String why) {
        failed++;
        if (failures.size() < KeepAliveLoad.SHOWN_FAILURES) {
            failures.add(why);
        }
    }

    synchronized void refused() {
        refused++;
    }

    synchronized void stopped(boolean connected) {
        if (connected) {
            unanswered++;
        } else {
            unconnected++;
        }
    }

    synchronized LoadResult result() {
        return new LoadResult(
                answered.get(), List.copyOf(failures), failed, refused, unconnected, unanswered, lastAnswer.get());
    }
}
