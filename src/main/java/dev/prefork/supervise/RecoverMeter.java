package dev.prefork.supervise;

import java.time.Duration;
import java.util.ArrayDeque;

/** Counts unexpected exits inside a sliding window. */
final class RecoverMeter {
    private final long window;
    private final ArrayDeque<Long> exits = new ArrayDeque<>();

    /** A window of zero never forgets. */
    RecoverMeter(Duration window) {
        this.window = window.toNanos();
    }

    /** Counts one more exit; true when that makes them more than the threshold. */
    boolean exceededBy(long exitAt, int threshold) {
        exits.addLast(exitAt);
        return count(exitAt) > threshold;
    }

    /** Exits younger than the window: one that is exactly as old has left it. */
    int count(long now) {
        while (window > 0 && !exits.isEmpty() && now - exits.peekFirst() >= window) {
            exits.removeFirst();
        }
        return exits.size();
    }

    /** When the count changes next by time alone; {@link Long#MAX_VALUE} if it does not. */
    long nextChange() {
        return window == 0 || exits.isEmpty() ? Long.MAX_VALUE : exits.peekFirst() + window;
    }
}
