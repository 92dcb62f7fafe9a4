package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.time.Duration;
import java.util.Optional;

/**
 * The watchdog: tells a ready worker that is silent from one that is not, and leads the silent one to its end: first it is
 * made to write down what it is doing, then asked to end, then killed. Decides about one slot at a time; the state is the
 * slot's.
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
    boolean isSilent(Slot slot, long now) {
        return rules.isPresent() && now - slot.beatAt >= limit() && now - slot.suspectAgainAt >= 0;
    }

    /** The same, found twice. */
    boolean findsSilent(Slot slot, long now) {
        return isSilent(slot, now)
                && SecondLook.confirms(slot, lookAt(slot), rules.orElseThrow().limit(), now);
    }

    /** Whether silence matters only while connections wait. */
    boolean asksQueue() {
        return rules.isPresent() && rules.get().queue().isPresent();
    }

    boolean isLong(int waiting) {
        return waiting > rules.orElseThrow().queue().orElseThrow();
    }

    void spare(Slot slot, long now) {
        slot.suspect = false;
        slot.doubted = false;
        slot.suspectAgainAt = now + SPARED.toNanos();
    }

    /** When a ready worker has to be looked at next; {@link Long#MAX_VALUE} for never. */
    long nextLookAt(Slot slot) {
        return rules.isEmpty() ? Long.MAX_VALUE : SecondLook.dueAt(slot, lookAt(slot));
    }

    private long lookAt(Slot slot) {
        return Math.max(slot.beatAt + limit(), slot.suspectAgainAt);
    }

    /** The first step: the worker, which is stopping now, has been found hung. */
    void begin(Slot slot) {
        slot.hung = true;
        if (rules.orElseThrow().dumps()) {
            slot.pendingDump = true;
        } else {
            ask(slot);
        }
    }

    /** The next step of a hung worker, when it is due; true if that is to kill it. */
    boolean step(Slot slot, long now) {
        if (!slot.hungAsked && now - slot.stoppingAt >= DUMP_TIME.toNanos()) {
            ask(slot);
        }
        return now - killAt(slot) >= 0;
    }

    /** When the next step of a hung worker is due. */
    long stepAt(Slot slot) {
        return slot.hungAsked ? killAt(slot) : slot.stoppingAt + DUMP_TIME.toNanos();
    }

    private long killAt(Slot slot) {
        long dump = rules.orElseThrow().dumps() ? DUMP_TIME.toNanos() : 0;
        return slot.stoppingAt + dump + LAST_CHANCE.toNanos();
    }

    private static void ask(Slot slot) {
        slot.hungAsked = true;
        slot.pendingSignal = Signal.TERM;
    }

    private long limit() {
        return rules.orElseThrow().limit().toNanos();
    }
}
