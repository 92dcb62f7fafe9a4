package dev.prefork.supervise;

import java.time.Duration;

/**
 * The rules a supervisor follows. Immutable.
 *
 * @param workers how many workers to keep, at least 1
 * @param recoverThreshold more unplanned exits than this inside the window end the supervisor; 0 ends it at the first
 * @param recoverWindow the sliding window of the threshold; zero means since the start
 * @param recoverInterval the wait before the first respawn of a slot; doubles with each further failure in a row
 * @param recoverIntervalMax the longest such wait; a worker that was ready for so long has ended the row of failures
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

    public Policy {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, not " + workers);
        }
        if (recoverThreshold < 0) {
            throw new IllegalArgumentException("recoverThreshold must not be negative: " + recoverThreshold);
        }
        notNegative("recoverWindow", recoverWindow);
        notNegative("recoverInterval", recoverInterval);
        notNegative("recoverIntervalMax", recoverIntervalMax);
        notNegative("startTimeout", startTimeout);
        notNegative("shutdownGracePeriod", shutdownGracePeriod);
    }

    /** Half the workers, at least one: a pod that has lost that many in a minute is better judged by its kubelet. */
    public static int defaultRecoverThreshold(int workers) {
        return Math.max(1, workers / 2);
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }
}
