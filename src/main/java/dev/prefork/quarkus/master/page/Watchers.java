package dev.prefork.quarkus.master.page;

import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Those who watch. One look a second serves all of them, however many they are; without any there is none, and no timer.
 *
 * <p>Threading: any thread. A look is made on one of Vert.x' worker threads.
 */
final class Watchers {
    private final Vertx vertx;
    private final StatusPage.Limits limits;
    private final Callable<byte[]> look;

    /** With their addresses. */
    private final Map<Watcher, String> watchers = new LinkedHashMap<>();

    private Frame latest = Frame.NONE;
    private boolean looking;
    private boolean over;
    private long timer;

    /** @param look gives the document of now; it may read files */
    Watchers(Vertx vertx, StatusPage.Limits limits, Callable<byte[]> look) {
        this.vertx = vertx;
        this.limits = limits;
        this.look = look;
    }

    /** What comes of asking to watch. */
    enum Admission {
        JOINED,
        /** This address has as many as one may have. */
        TOO_MANY_OF_IT,
        TOO_MANY
    }

    /** @param client its address */
    synchronized Admission join(Watcher watcher, String client) {
        if (over || watchers.size() >= limits.watchers()) {
            return Admission.TOO_MANY;
        }
        if (Collections.frequency(watchers.values(), client) >= limits.ofOneAddress()) {
            return Admission.TOO_MANY_OF_IT;
        }
        watchers.put(watcher, client);
        if (watchers.size() == 1) {
            // What was seen before may be old.
            latest = new Frame(latest.number(), "", Frame.NONE.event());
            look();
        } else if (latest.event().length() > 0) {
            watcher.push(latest);
        }
        return Admission.JOINED;
    }

    synchronized void leave(Watcher watcher) {
        if (watchers.remove(watcher) != null && watchers.isEmpty() && timer != 0) {
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
        watchers.keySet().forEach(each -> each.push(latest));
        timer = vertx.setTimer(limits.period().toMillis(), due -> again());
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
            left = List.copyOf(watchers.keySet());
        }
        left.forEach(Watcher::end);
    }
}
