package dev.prefork.cli;

import dev.prefork.config.DurationText;
import java.time.Duration;
import java.util.Optional;

/**
 * Until when a verb waits. Immutable.
 *
 * @param most how long that is in all; empty for one that waits without end
 * @param end by {@link System#nanoTime}
 */
record Deadline(Optional<Duration> most, long end) {
    static final Deadline NONE = new Deadline(Optional.empty(), 0);

    /** A year: the longest that nothing else limits. */
    private static final Duration LONG = Duration.ofDays(365);

    static Deadline in(Optional<Duration> most) {
        return most.isEmpty()
                ? NONE
                : new Deadline(most, System.nanoTime() + most.get().toNanos());
    }

    Duration left() {
        return most.isEmpty() ? LONG : Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** @throws ControlCall.NotDoneException if there is none left */
    void requireTime() {
        if (left().isZero()) {
            throw new ControlCall.NotDoneException(
                    ControlCall.REFUSED,
                    "not done within --timeout " + DurationText.format(most.orElseThrow())
                            + "; the master goes on with it: see prefork status");
        }
    }
}
