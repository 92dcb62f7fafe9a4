package dev.prefork.quarkus.master.page;

import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Those who watch. One look a second serves all of them, however many they are; without any there is none, and no timer.
 *
 * <p>Threading: any thread. A look is made on one of Vert.x' worker threads.
 */
final class Watchers {
    private final Vertx vertx;
    private final int most;
    private final long periodMillis;
    private final Callable<byte[]> look;
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private Frame latest = Frame.NONE;
    private boolean looking;
    private boolean over;
    private long timer;

    /** @param look gives the document of now; it may read files */
    Watchers(Vertx vertx, int most, long periodMillis, Callable<byte[]> look) {
        this.vertx = vertx;
        this.most = most;
        this.periodMillis = periodMillis;
        this.look = look;
    }

    /** Whether there is room for it. */
    synchronized boolean join(Watcher watcher) {
        if (over || watchers.size() >= most) {
            return false;
        }
        watchers.add(watcher);
        if (watchers.size() == 1) {
            // What was seen before may be old.
            latest = new Frame(latest.number(), "", Frame.NONE.event());
            look();
        } else if (latest.event().length() > 0) {
            watcher.push(latest);
        }
        return true;
    }

    synchronized void leave(Watcher watcher) {
        if (watchers.remove(watcher) && watchers.isEmpty() && timer != 0) {
            vertx.cancelTimer(timer);
            timer = 0;
        }
    }

    /** One look at a time: with one under way this comes from its end. */
    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        vertx.executeBlocking(look, false).onComplete(seen -> looked(seen.succeeded() ? seen.result() : null));
    }

    private synchronized void looked(byte[] document) {
        looking = false;
        if (watchers.isEmpty()) {
            return;
        }
        if (document != null) {
            latest = latest.after(document);
        }
        watchers.forEach(each -> each.push(latest));
        timer = vertx.setTimer(periodMillis, due -> again());
    }

    private synchronized void again() {
        timer = 0;
        if (!watchers.isEmpty()) {
            look();
        }
    }

    synchronized int count() {
        return watchers.size();
    }

    /** Whether anything goes on. */
    synchronized boolean isIdle() {
        return !looking && timer == 0;
    }

    /** Ends all of them, and lets none join any more. */
    void end() {
        List<Watcher> left;
        synchronized (this) {
            over = true;
            left = List.copyOf(watchers);
        }
        left.forEach(Watcher::end);
    }
}
