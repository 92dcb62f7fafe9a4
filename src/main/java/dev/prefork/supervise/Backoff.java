package dev.prefork.supervise;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long a slot waits before it is filled again.
 *
 * <p>The first failure waits for the interval, each further one in a row twice as long as the one before. An interval of
 * zero makes the first respawn immediate; from the second failure in a row it counts as {@link #STEP}, since a worker
 * that dies at once and for ever would otherwise be started as fast as the machine can. Every wait above zero gets
 * ±50 % jitter, so that workers that failed together do not return together.
 */
final class Backoff {
    static final Duration STEP = Duration.ofMillis(100);

    /** 2^30 times the shortest interval is beyond any cap; more would overflow. */
    private static final int MOST_DOUBLINGS = 30;

    private final long interval;
    private final long max;
    private final DoubleSupplier random;

    /** {@code random} gives numbers in [0, 1). */
    Backoff(Duration interval, Duration max, DoubleSupplier random) {
        this.interval = interval.toNanos();
        // A maximum of zero would start what fails at once as fast as the machine can, and let nothing else happen.
        this.max = Math.max(max.toNanos(), STEP.toNanos());
        this.random = random;
    }

    /** The wait after the {@code failures}-th failure in a row, in nanoseconds; never more than the maximum, or than one step. */
    long delay(int failures) {
        double raw = interval > 0
                ? (double) interval * doublings(failures - 1)
                : failures == 1 ? 0 : (double) STEP.toNanos() * doublings(failures - 2);
        double jittered = Math.min(raw, max) * (0.5 + random.getAsDouble());
        return (long) Math.min(jittered, max);
    }

    private static long doublings(int times) {
        return 1L << Math.min(times, MOST_DOUBLINGS);
    }
}
