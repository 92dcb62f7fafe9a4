package dev.prefork.supervise;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The end of a supervisor: how far it has come, with which outcome, and until when.
 *
 * <p>One deadline holds for all of it, fixed when it begins: the time that a phase takes is missing from the next ones.
 */
final class Stop {
    /** Nothing tells of an accept queue that has become empty: it has to be looked at. */
    static final Duration QUEUE_PAUSE = Duration.ofMillis(5);

    /** Two requests closer together are one: timeout(1) signals a process and its group, and some runtimes do the same. */
    static final Duration DOUBLE = Duration.ofSeconds(1);

    private final PolicyInForce policy;
    private Optional<Outcome> outcome = Optional.empty();
    private StopPhase phase = StopPhase.NONE;
    private OptionalLong askedAt = OptionalLong.empty();
    private boolean finished;
    private boolean accepting = true;
    private long phaseBeganAt;
    private long measureAt;
    private boolean measuring;
    private long askedToMeasureAt;
    private long deadline;

    Stop(PolicyInForce policy) {
        this.policy = policy;
    }

    /** They do not change once the end has begun. */
    Policy.Stopping rules() {
        return policy.stopping();
    }

    boolean begun() {
        return phase != StopPhase.NONE;
    }

    StopPhase phase() {
        return phase;
    }

    /** Whether workers that end are still replaced. */
    boolean replaces() {
        return phase == StopPhase.NONE || phase == StopPhase.UNREADY;
    }

    /** Begins; true if the workers are to keep serving for a while. */
    boolean begin(Outcome reason, boolean serveOn, long now) {
        outcome = Optional.of(reason);
        boolean delayed = serveOn && !rules().drainDelay().isZero();
        deadline = now
                + rules().gracePeriod().toNanos()
                + (delayed ? rules().drainDelay().toNanos() : 0);
        enter(delayed ? StopPhase.UNREADY : StopPhase.EMPTYING, now);
        return delayed;
    }

    void enter(StopPhase next, long now) {
        phase = next;
        phaseBeganAt = now;
        measureAt = now;
        measuring = false;
    }

    /** Notes a request to stop; true for the first. One during a stop that began for another reason does not hurry it. */
    boolean askedFirst(long now) {
        boolean first = askedAt.isEmpty();
        if (first) {
            askedAt = OptionalLong.of(now);
        }
        return first;
    }

    /** Whether a request at this moment is the first one's double. */
    boolean isDouble(long now) {
        return now - askedAt.orElse(now) < DOUBLE.toNanos();
    }

    /** When the workers have kept serving for long enough. */
    long servesUntil() {
        return phaseBeganAt + rules().drainDelay().toNanos();
    }

    /** When the accept queues have had their time: workers that do not accept shall still have some to end in order. */
    long emptiesUntil() {
        return phaseBeganAt + rules().gracePeriod().toNanos() / 2;
    }

    /** When what still runs is killed, given when it was asked to stop, and the time that it was given then. */
    long killAt(long askedAt, Duration grace) {
        long granted = askedAt + grace.toNanos();
        return phase == StopPhase.ENDING ? Math.min(granted, deadline) : granted;
    }

    long deadline() {
        return deadline;
    }

    long inPhaseFor(long now) {
        return now - phaseBeganAt;
    }

    /** What the queues need next, at most once each time. */
    Optional<Action> queueAction(long now) {
        if (replaces()) {
            return Optional.empty();
        }
        if (accepting) {
            accepting = false;
            return Optional.of(new Action.StopAccepting());
        }
        if (phase != StopPhase.EMPTYING || measuring || now - measureAt < 0) {
            return Optional.empty();
        }
        measuring = true;
        askedToMeasureAt = now;
        return Optional.of(new Action.MeasureQueue(true));
    }

    /** The queues have been looked at. A look that takes long is not taken more often than there is time between for all else. */
    void measured(long now) {
        long cost = now - askedToMeasureAt;
        measuring = false;
        measureAt = now + Math.max(QUEUE_PAUSE.toNanos(), 2 * cost);
    }

    /** How long this phase lasts if nothing happens; {@link Long#MAX_VALUE} for the last. */
    long remaining(long now) {
        return switch (phase) {
            case NONE, ENDING -> Long.MAX_VALUE;
            case UNREADY -> servesUntil() - now;
            case EMPTYING -> (measuring ? emptiesUntil() : Math.min(measureAt, emptiesUntil())) - now;
        };
    }

    /** Notes that a process could not be ended. Where the stop has a graver reason, that stays the outcome. */
    void survived() {
        outcome = outcome.map(before -> before == Outcome.STOPPED ? Outcome.NOT_ENDED : before);
    }

    /** Notes an internal error, which counts more than what the stop began for. */
    void failed() {
        outcome = Optional.of(Outcome.FAILED);
    }

    /** The last action of all, once the stop has begun; empty before, and after it was given. */
    Optional<Action> finish() {
        if (finished || outcome.isEmpty()) {
            return Optional.empty();
        }
        finished = true;
        return Optional.of(new Action.Finish(outcome.get()));
    }
}
