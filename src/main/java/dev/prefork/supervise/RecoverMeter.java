package dev.prefork.supervise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Counts unexpected exits inside a sliding window. */
final class RecoverMeter {
    private final Supplier<Duration> window;
    private final BooleanSupplier forgets;
    private final ArrayDeque<Long> exits = new ArrayDeque<>();

    /**
     * @param window its length at the moment; one of zero never forgets
     * @param forgets whether exits leave the window by now: until all workers have been ready each one tells of the same fault,
     *     and start timeouts may be further apart than the window is long
     */
    RecoverMeter(Supplier<Duration> window, BooleanSupplier forgets) {
        this.window = window;
        this.forgets = forgets;
    }

    /** Counts one more exit; true when that makes them more than the threshold. */
    boolean exceededBy(long exitAt, int threshold) {
        exits.addLast(exitAt);
        return count(exitAt) > threshold;
    }

    /** Exits younger than the window: one that is exactly as old has left it. */
    int count(long now) {
        while (forgets() && !exits.isEmpty() && now - exits.peekFirst() >= length()) {
            exits.removeFirst();
        }
        return exits.size();
    }

    private long length() {
        return window.get().toNanos();
    }

    private boolean forgets() {
        return length() > 0 && forgets.getAsBoolean();
    }

    /** When the count changes next by time alone; {@link Long#MAX_VALUE} if it does not. */
    long nextChange() {
        return !forgets() || exits.isEmpty() ? Long.MAX_VALUE : exits.peekFirst() + length();
    }
}
