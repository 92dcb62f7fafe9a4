package dev.prefork.supervise;

import java.util.Optional;
import java.util.OptionalLong;

/** How a process is brought to its end. Immutable: a step further is another value. */
sealed interface Ending extends Worker.State {

    /** It ends by itself. */
    record OwnWill(long since) implements Ending {}

    /** We asked it to stop. One that was ending by itself gets the whole grace all the same: it counts from our TERM. */
    record Asked(long since) implements Ending {}

    /** It was to be killed at once. */
    record KillAsked(long since) implements Ending {}

    /** It was not ready in time, and is killed at once. */
    record Overdue(long since) implements Ending {}

    /** It stopped sending heartbeats, or does nothing: it is to write down what it is doing, if it can, then asked to end, then killed. */
    record Hung(long since, long askAt, Step step) implements Ending {
        static Hung begin(boolean dumps, long now) {
            return dumps ? new Hung(now, now + Watch.DUMP_TIME.toNanos(), Step.DUMP) : new Hung(now, now, Step.ASKED);
        }

        Hung after(Step next) {
            return new Hung(since, askAt, next);
        }

        long killAt() {
            return askAt + Watch.LAST_CHANCE.toNanos();
        }
    }

    /** What was done to a hung process; {@code DUMP} is still to be done. */
    enum Step {
        DUMP,
        DUMPED,
        ASKED
    }

    /** It was killed because the time that it had for another end was over, or was cut short. */
    record Killed(Ending instead, long at) implements Ending {
        @Override
        public long since() {
            return instead.since();
        }
    }

    /** Since when it has been on its way out. */
    long since();

    default boolean mayFollow(Worker.State before) {
        boolean first = !(before instanceof Ending);
        return this instanceof OwnWill && first
                || this instanceof Asked && (first || before instanceof OwnWill)
                || this instanceof KillAsked && first
                || this instanceof Overdue && before instanceof Worker.Starting
                || this instanceof Hung && before instanceof Worker.Ready
                || this instanceof Hung next && before instanceof Hung last && last.step.compareTo(next.step) < 0
                || this instanceof Killed killed && killed.instead == before && !(before instanceof Killed);
    }

    /** Whether we asked for it. */
    default boolean isPlanned() {
        return instead() instanceof Asked || isKillAsked();
    }

    /** Whether it was to be killed, and not only to stop. */
    default boolean isKillAsked() {
        return instead() instanceof KillAsked;
    }

    private Ending instead() {
        return this instanceof Killed killed ? killed.instead : this;
    }

    /** When it was sent SIGKILL, if it was. */
    default OptionalLong killedAt() {
        return this instanceof Killed killed
                ? OptionalLong.of(killed.at)
                : this instanceof Overdue ? OptionalLong.of(since()) : OptionalLong.empty();
    }

    /** Whether we gave up on the process: it has its own end, and its own deadline. */
    default boolean isGivenUp() {
        return this instanceof Hung || killedAt().isPresent();
    }

    /** What ended it, if that is our doing. */
    default Optional<Exit.Cause> cause(boolean bySigkill) {
        Ending way = instead();
        if (way instanceof Overdue) {
            return Optional.of(Exit.Cause.START_TIMEOUT);
        }
        if (way instanceof Hung) {
            return Optional.of(Exit.Cause.WATCHDOG);
        }
        return this instanceof Killed && bySigkill ? Optional.of(Exit.Cause.KILLED) : Optional.empty();
    }
}
