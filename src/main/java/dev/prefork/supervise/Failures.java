package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** Counts unexpected exits: whether there are too many, how long the next start waits for them, and what the last ones were. */
final class Failures {
    private final PolicyInForce policy;
    private final Fleet fleet;
    private final Milestones milestones;
    private final RecoverMeter meter;
    private final DoubleSupplier random;
    private final History history = new History();

    /** @param random numbers in [0, 1), for jitter */
    Failures(PolicyInForce policy, Fleet fleet, Milestones milestones, DoubleSupplier random) {
        this.policy = policy;
        this.fleet = fleet;
        this.milestones = milestones;
        this.meter = new RecoverMeter(() -> policy.recovery().window(), milestones::allReady);
        this.random = random;
    }

    RecoverMeter meter() {
        return meter;
    }

    Milestones milestones() {
        return milestones;
    }

    /** How many are allowed. */
    int threshold() {
        return policy.recovery().threshold().orElse(Policy.defaultRecoverThreshold(fleet.desired()));
    }

    /** Counts one more; whether that is too many. */
    boolean count(long now) {
        return meter.exceededBy(now, threshold());
    }

    /** What to say when it is. */
    Report.ThresholdExceeded exceeded(long now) {
        long window = milestones.allReady() ? policy.recovery().window().toNanos() : 0;
        return new Report.ThresholdExceeded(meter.count(now), threshold(), window);
    }

    /** For so long a worker has to be ready to end a row of them. */
    long proof() {
        return policy.recovery().intervalMax().toNanos();
    }

    /** How long a place waits after so many in a row, in nanoseconds. */
    long delay(int inARow) {
        Policy.Recovery rules = policy.recovery();
        return new Backoff(rules.interval(), rules.intervalMax(), random).delay(inARow);
    }

    /** To be remembered, in words. */
    void note(String text, Optional<Exit.Cause> cause, long now) {
        history.add(text, cause, now);
    }

    /** The same, of a process that has not ended. */
    void noteSurvivor(String process, long now) {
        note(process + " survived SIGKILL", Optional.empty(), now);
    }

    /** The last ones, the newest first. */
    List<Snapshot.UnplannedExit> history() {
        return history.list();
    }
}
