package dev.prefork.supervise;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long a slot waits before it is filled again.
 *
 * <p>The first failure waits for the interval, each further one in a row twice as long as the one before. An interval of
 * zero makes the first respawn immediate; from the second failure in a row it counts as {@link #STEP}, since a worker
 * that dies at once and for ever would otherwise be started as fast as the machine can.
 *
 * <p>Every wait above zero gets up to 50 % more, so that workers that failed together do not return together. Jitter only
 * adds: the interval is what a user has promised someone else, such as a database that must not be asked more often. Doubling
 * stops at two thirds of the maximum, so that jitter has room below it.
 */
final class Backoff {
    static final Duration STEP = Duration.ofMillis(100);

    private static final double JITTER = 0.5;

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

    /**
     * The wait after the {@code failures}-th failure in a row, in nanoseconds: from the interval, or one step, to the maximum.
     */
    long delay(int failures) {
        if (interval == 0 && failures == 1) {
            return 0;
        }
        long first = interval > 0 ? interval : STEP.toNanos();
        double raw = (double) first * doublings(interval > 0 ? failures - 1 : failures - 2);
        double least = Math.max(first, Math.min(raw, max / (1 + JITTER)));
        return (long) Math.min(least * (1 + JITTER * random.getAsDouble()), max);
    }

    private static long doublings(int times) {
        return 1L << Math.min(times, MOST_DOUBLINGS);
    }
}
