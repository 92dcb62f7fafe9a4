package dev.prefork.supervise;

import java.time.Duration;
import java.util.Optional;

/**
 * The watchdog over workers that send heartbeats: tells a ready one that has stopped from one that has not. Decides about one
 * at a time. Those that never sent any are the {@link OutsideWatch}'s.
 */
final class Watch {
    /** For a JVM to write down its threads. */
    static final Duration DUMP_TIME = Duration.ofSeconds(1);

    /** For a worker that was given up on to heed SIGTERM: its request is lost, but its log need not be. */
    static final Duration LAST_CHANCE = Duration.ofSeconds(2);

    /** A silent worker that is spared because no queue is long enough is looked at again after this. */
    private static final Duration SPARED = Duration.ofSeconds(1);

    private final Optional<Policy.Watchdog> rules;

    Watch(Optional<Policy.Watchdog> rules) {
        this.rules = rules;
    }

    /** Whether the worker sent no heartbeat for too long, regardless of the queue. */
    boolean isSilent(Worker.Ready ready, long now) {
        return rules.isPresent() && now - lookAt(ready) >= 0;
    }

    /** The same, found twice. */
    boolean findsSilent(Worker worker, Worker.Ready ready, long now) {
        return rules.isPresent()
                && worker.sendsHeartbeats()
                && worker.look.confirms(lookAt(ready), rules.get().limit(), now);
    }

    /** Whether silence matters only while connections wait. */
    boolean asksQueue() {
        return rules.isPresent() && rules.get().queue().isPresent();
    }

    boolean isLong(int waiting) {
        return waiting > rules.orElseThrow().queue().orElseThrow();
    }

    void spare(Worker worker, Worker.Ready ready, long now) {
        worker.look.forget();
        worker.become(ready.spared(now + SPARED.toNanos()));
    }

    /** When a ready worker has to be looked at next; {@link Long#MAX_VALUE} for never. */
    long nextLookAt(Worker worker, Worker.Ready ready) {
        return rules.isEmpty() || !worker.sendsHeartbeats() ? Long.MAX_VALUE : worker.look.dueAt(lookAt(ready));
    }

    /** How the end of a worker begins that has been found hung. */
    Ending.Hung hungSince(long now) {
        return Ending.Hung.begin(rules.orElseThrow().dumps(), now);
    }

    private long lookAt(Worker.Ready ready) {
        return Math.max(ready.heartbeatAt() + rules.orElseThrow().limit().toNanos(), ready.sparedUntil());
    }
}
