package dev.prefork.supervise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/** Counts unexpected exits inside a sliding window. */
final class RecoverMeter {
    private final long window;
    private final BooleanSupplier forgets;
    private final ArrayDeque<Long> exits = new ArrayDeque<>();

    /**
     * A window of zero never forgets.
     *
     * @param forgets whether exits leave the window by now: until all workers have been ready each one tells of the same fault,
     *     and start timeouts may be further apart than the window is long
     */
    RecoverMeter(Duration window, BooleanSupplier forgets) {
        this.window = window.toNanos();
        this.forgets = forgets;
    }

    /** Counts one more exit; true when that makes them more than the threshold. */
    boolean exceededBy(long exitAt, int threshold) {
        exits.addLast(exitAt);
        return count(exitAt) > threshold;
    }

    /** Exits younger than the window: one that is exactly as old has left it. */
    int count(long now) {
        while (forgets() && !exits.isEmpty() && now - exits.peekFirst() >= window) {
            exits.removeFirst();
        }
        return exits.size();
    }

    private boolean forgets() {
        return window > 0 && forgets.getAsBoolean();
    }

    /** When the count changes next by time alone; {@link Long#MAX_VALUE} if it does not. */
    long nextChange() {
        return !forgets() || exits.isEmpty() ? Long.MAX_VALUE : exits.peekFirst() + window;
    }
}
