package dev.prefork.supervise;

import java.time.Duration;

/**
 * The rules a supervisor follows. Immutable.
 *
 * <p>Times beyond {@link #LONGEST} are cut to it.
 *
 * @param workers how many workers to keep, at least 1
 * @param recoverThreshold more unplanned exits than this inside the window end the supervisor; 0 ends it at the first
 * @param recoverWindow the sliding window of the threshold; zero means since the start
 * @param recoverInterval the wait before the first respawn of a slot; doubles with each further failure in a row
 * @param recoverIntervalMax the longest such wait, at least the interval; a worker that was ready for so long has ended the row of failures
 * @param startTimeout a worker that is not ready by then has failed
 * @param shutdownGracePeriod from the workers' SIGTERM to their SIGKILL
 * @param readiness when a worker counts as ready
 */
public record Policy(
        int workers,
        int recoverThreshold,
        Duration recoverWindow,
        Duration recoverInterval,
        Duration recoverIntervalMax,
        Duration startTimeout,
        Duration shutdownGracePeriod,
        Readiness readiness) {

    /** The longest duration that counts as such; a longer one is cut to it. A long holds 292 years of nanoseconds. */
    static final Duration LONGEST = Duration.ofDays(100 * 365);

    public Policy {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, not " + workers);
        }
        if (recoverThreshold < 0) {
            throw new IllegalArgumentException("recoverThreshold must not be negative: " + recoverThreshold);
        }
        recoverWindow = cut("recoverWindow", recoverWindow);
        recoverInterval = cut("recoverInterval", recoverInterval);
        recoverIntervalMax = longer(recoverInterval, cut("recoverIntervalMax", recoverIntervalMax));
        startTimeout = cut("startTimeout", startTimeout);
        shutdownGracePeriod = cut("shutdownGracePeriod", shutdownGracePeriod);
    }

    /** Half the workers, at least one: a pod that has lost that many in a minute is better judged by its kubelet. */
    public static int defaultRecoverThreshold(int workers) {
        return Math.max(1, workers / 2);
    }

    static Duration cut(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value.compareTo(LONGEST) > 0 ? LONGEST : value;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
