package dev.prefork.app;

import dev.prefork.config.Options;
import dev.prefork.config.Settings;
import dev.prefork.config.UsageException;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.explain.Descriptors;
import dev.prefork.explain.Plan;
import dev.prefork.explain.ReplacementPlan;
import dev.prefork.supervise.Policy;
import java.nio.file.Path;

/**
 * What the supervisor is to follow, by the settings and within the limits. Immutable.
 *
 * @param workers how many there are to be at first
 */
record Rules(Workload workload, Readings readings, int workers) {
    private static final Path ROOT = Path.of("/");

    /** By other settings, within the limits of now. Each socket of its own has been bound for one worker. */
    Rules with(Settings anew, Readings now) {
        int asked = anew.get(Options.REUSE_PORT) ? workers : anew.sizing(now).workers();
        return new Rules(workload.with(anew), now, asked);
    }

    /**
     * Makes sure that so many workers can make the pod ready, as at a start: else the next one by these settings would be refused.
     *
     * @throws UsageException if they cannot
     */
    void requireReachable() {
        workload.settings().requireReachable(workers);
    }

    /** How many workers there may be soon, where so many are wanted now. */
    int soon(int desired) {
        return numbers().clamp(Math.max(workers, desired));
    }

    Policy policy() {
        Settings settings = workload.settings();
        return new Policy(
                numbers(),
                new Policy.Recovery(
                        settings.get(Options.RECOVER_THRESHOLD),
                        settings.get(Options.RECOVER_WINDOW),
                        settings.get(Options.RECOVER_INTERVAL),
                        settings.get(Options.RECOVER_INTERVAL_MAX)),
                new Policy.Starting(
                        settings.get(Options.START_TIMEOUT),
                        settings.readyMode().readiness(),
                        Plan.startsAtOnce(readings, settings.workerKind()),
                        Plan.startsYoung(readings, settings.workerKind())),
                new Policy.Stopping(
                        settings.get(Options.DRAIN_DELAY),
                        settings.get(Options.SHUTDOWN_GRACE_PERIOD),
                        settings.get(Options.STOP_SIGNAL)),
                settings.get(Options.WATCHDOG)
                        .map(limit -> new Policy.Watchdog(
                                limit, workload.dumpsThreads(), settings.get(Options.WATCHDOG_QUEUE))));
    }

    /** The nearest number of workers that is allowed. */
    int clamp(int wanted) {
        return numbers().clamp(wanted);
    }

    /** Their number is fixed where each has a socket: that of one that is gone for good would still be sent its part. */
    private Policy.Workers numbers() {
        Settings settings = workload.settings();
        Policy.Replacing replacing = new ReplacementPlan(settings, readings).rules();
        if (settings.get(Options.REUSE_PORT)) {
            return new Policy.Workers(workers, workers, workers, replacing);
        }
        int least = settings.get(Options.MIN_READY);
        // Limits that fall while the pod runs take none of those without which it would never be ready.
        int initial = Math.max(workers, least);
        int most = Math.min(Policy.MOST_WORKERS, Descriptors.of(ROOT).workers(Descriptors.pipesOfEach(settings)));
        return new Policy.Workers(initial, least, Math.max(most, initial), replacing)
                .withStandbys(settings.get(Options.STANDBY));
    }
}
