package dev.prefork.supervise;

import java.time.Duration;

/**
 * A worker is given up on for its silence only when a second look finds it as the first one did, and that look came when it
 * was due. A pod that was paused, or a master that got no processor, finds all workers silent: what they have sent lies
 * unread, or they could not say it.
 */
final class SecondLook {
    /** For what has been said to be read. */
    static final Duration PAUSE = Duration.ofMillis(250);

    /** A look that is so much later than was due: not the workers have slept but the supervisor. */
    private static final Duration LATE = Duration.ofMillis(250);

    /** For workers that slept too. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private boolean doubted;
    private long againAt;

    /**
     * Whether the verdict stands.
     *
     * @param due when the first look was due
     * @param limit the silence that is allowed; after a late look the worker has so much time again, within reason
     */
    boolean confirms(long due, Duration limit, long now) {
        long late = now - dueAt(due);
        if (late < 0) {
            return false;
        }
        boolean slept = late >= LATE.toNanos();
        if (doubted && !slept) {
            return true;
        }
        doubted = true;
        againAt = now + (slept ? Math.min(limit.toNanos(), LONGEST.toNanos()) : PAUSE.toNanos());
        return false;
    }

    /** When the next look is due, given when the first one was. */
    long dueAt(long due) {
        return doubted ? againAt : due;
    }

    /** The next look is a first one. */
    void forget() {
        doubted = false;
    }
}
