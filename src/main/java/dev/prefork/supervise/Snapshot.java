package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The supervisor at one moment, for health, metrics and callers. Immutable, safe to share. Moments are readings of
 * the supervisor's clock, in nanoseconds, so that they stay true while time passes.
 *
 * @param desired how many workers there should be; 0 once a stop has come as far as to end them
 * @param workers the slots in order, filled or not
 * @param startup how far the workers have been ready so far
 * @param course what has been asked for
 * @param recovery what has gone wrong
 */
public record Snapshot(int desired, List<Worker> workers, Startup startup, Course course, Recovery recovery) {

    /** Without a reload so far. */
    public Snapshot(int desired, List<Worker> workers, Startup startup, StopPhase stop, Recovery recovery) {
        this(desired, workers, startup, new Course(stop, Rollout.NONE), recovery);
    }

    public Snapshot {
        // The supervisor makes one at each step, whose list is immutable and shares most of the last one's.
        workers = workers instanceof Views.Present ? workers : List.copyOf(workers);
    }

    /**
     * How far the workers have been ready so far.
     *
     * @param complete whether every slot has had a ready worker once
     * @param slots how many have
     * @param noneReadySince since when no worker is ready; empty while one is
     */
    public record Startup(boolean complete, int slots, OptionalLong noneReadySince) {}

    /**
     * The unexpected exits.
     *
     * @param exits inside the window; once the stop has begun, as of that moment
     * @param threshold how many of them are allowed
     * @param last the last ones, the newest first, five at most
     * @param inARow the longest row of them in one slot, until its worker has been ready for so long that the row has ended
     */
    public record Recovery(int exits, int threshold, List<UnplannedExit> last, int inARow) {
        /** One is bad luck; from the second in a row on it is a loop, however clean the exits are. */
        public boolean repeats() {
            return inARow > 1;
        }

        /** No row. */
        public Recovery(int exits, int threshold, List<UnplannedExit> last) {
            this(exits, threshold, last, 0);
        }

        public Recovery {
            last = List.copyOf(last);
        }
    }

    /**
     * An unexpected exit.
     *
     * @param text which worker, and how, in words
     * @param cause absent if the worker could not even be started
     * @param at when
     */
    public record UnplannedExit(String text, Optional<Exit.Cause> cause, long at) {}

    /**
     * What has been asked for.
     *
     * @param stop how far a stop has come
     * @param rollout how far the last reload has come
     */
    public record Course(StopPhase stop, Rollout rollout) {}

    /**
     * A reload.
     *
     * @param active whether it is in course
     * @param version of the specification that it leads to
     * @param begun how many of the workers are replaced, or are about to be; once it is over, how many were replaced
     * @param of how many workers there are to replace, those included by which their number has risen meanwhile
     * @param setback what has kept it, or one that was to follow it, from being completed
     */
    public record Rollout(boolean active, int version, int begun, int of, Setback setback) {
        /** There has been none. */
        public static final Rollout NONE = new Rollout(false, 0, 0, 0, Setback.NONE);

        /** Why a new worker's failure has aborted it. */
        public Optional<String> failure() {
            return setback.failure();
        }

        /** Why another one was wanted since that could not begin. */
        public Optional<String> refusal() {
            return setback.refusal();
        }

        /** Whether workers are not what they were meant to be last, through no stop. */
        public boolean hasFailed() {
            return failure().isPresent() || refusal().isPresent();
        }

        /** What has come of the last one that was wanted. */
        public Result result() {
            if (active) {
                return Result.ACTIVE;
            }
            if (refusal().isPresent()) {
                return Result.REFUSED;
            }
            if (failure().isPresent() || setback.byStop()) {
                return Result.ABORTED;
            }
            return version == 0 ? Result.NONE : Result.COMPLETED;
        }

        /** Why it is not completed; empty if it is, or may still be. */
        public Optional<String> reason() {
            return refusal()
                    .or(this::failure)
                    .or(() -> setback.byStop() ? Optional.of(Report.RolloutAborted.BY_STOP) : Optional.empty());
        }
    }

    /**
     * What has kept a reload from being completed, until the next one begins.
     *
     * @param failure why it was aborted, if a new worker's failure did that
     * @param refusal why another one was wanted since that could not begin, if so
     * @param byStop whether a stop has ended it, which is not a failure
     */
    public record Setback(Optional<String> failure, Optional<String> refusal, boolean byStop) {
        public static final Setback NONE = new Setback(Optional.empty(), Optional.empty(), false);

        /** A stop has ended it. */
        public static final Setback STOP = new Setback(Optional.empty(), Optional.empty(), true);

        /** A new worker has failed. */
        public static Setback ofFailure(String why) {
            return new Setback(Optional.of(why), Optional.empty(), false);
        }

        /** One could not begin. */
        public static Setback ofRefusal(String why) {
            return new Setback(Optional.empty(), Optional.of(why), false);
        }
    }

    /** What has come of a reload. */
    public enum Result {
        /** There was none. */
        NONE,
        /** It is in course. */
        ACTIVE,
        /** All workers are replaced. */
        COMPLETED,
        /** A new worker has failed, or a stop has begun. */
        ABORTED,
        /** Its settings could not be read, or not be taken over: no worker was touched. */
        REFUSED
    }

    /**
     * One slot; while its worker is replaced there are two of the same number.
     *
     * @param pid of the worker in it, if there is one
     * @param state of that worker
     * @param backoffNanos the wait before it is filled again, as it was when that began; 0 if none, or if it is over
     * @param life how that worker came to be, or will, and what it says
     */
    public record Worker(int slot, OptionalInt pid, Optional<WorkerState> state, long backoffNanos, Life life) {

        /** Of whose life nothing is known but what it said last it was doing. */
        public Worker(
                int slot, OptionalInt pid, Optional<WorkerState> state, long backoffNanos, Optional<String> status) {
            this(slot, pid, state, backoffNanos, Life.unknown(status));
        }

        /** What it said last it was doing (STATUS=). */
        public Optional<String> status() {
            return life.status();
        }

        /** Which of its own checks find it not ready, in words; empty if none does, or it has none. */
        public Optional<String> down() {
            return life.words().down();
        }

        /** Whether it serves, and does not find itself not ready. */
        public boolean ready() {
            return state.equals(Optional.of(WorkerState.READY)) && down().isEmpty();
        }

        /** Whether it is on its way out, be it because it was replaced. */
        public boolean draining() {
            return state.equals(Optional.of(WorkerState.STOPPING));
        }
    }

    /**
     * How a worker came to be, and what it says.
     *
     * @param version of the specification by which it was, or will be, started; empty where none is wanted
     * @param reason why it was, or will be, started; it stays what it was when a standby takes over
     * @param startedAt when it was spawned; empty as long as it is not
     * @param readySince when it became ready to serve, or to stand by; for a standby that has taken over, when it did; empty before
     * @param words what it says of itself
     */
    public record Life(
            OptionalInt version,
            Optional<StartReason> reason,
            OptionalLong startedAt,
            OptionalLong readySince,
            Words words) {
        static Life unknown(Optional<String> status) {
            return new Life(
                    OptionalInt.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    new Words(status, Optional.empty()));
        }

        /** What it said last it was doing. */
        public Optional<String> status() {
            return words.status();
        }
    }

    /**
     * What a worker says of itself.
     *
     * @param status what it said last it was doing (STATUS=)
     * @param down which of its own checks find it not ready (PREFORK_HEALTH=); empty if none does, or it has none
     */
    public record Words(Optional<String> status, Optional<String> down) {
        /** It has said nothing. */
        public static final Words NONE = new Words(Optional.empty(), Optional.empty());
    }

    /** How far a stop has come. */
    public StopPhase stop() {
        return course.stop();
    }

    /** How far the last reload has come. */
    public Rollout rollout() {
        return course.rollout();
    }

    /** Whether every slot has had a ready worker once. */
    public boolean started() {
        return startup.complete();
    }

    public boolean stopping() {
        return stop() != StopPhase.NONE;
    }

    /** The last unexpected exit, in words. */
    public Optional<String> lastExit() {
        return recovery.last().stream().findFirst().map(UnplannedExit::text);
    }

    /** What is in a slot; empty if the slot is neither wanted nor filled. */
    public Optional<Worker> worker(int slot) {
        // As long as no slot is left out, each is in its own place.
        return slot >= 0 && slot < workers.size() && workers.get(slot).slot() == slot
                ? Optional.of(workers.get(slot))
                : workers.stream().filter(worker -> worker.slot() == slot).findFirst();
    }

    /** How many workers are in {@code state}. */
    public int count(WorkerState state) {
        return (int) workers.stream()
                .filter(worker -> worker.state().filter(s -> s == state).isPresent())
                .count();
    }

    /** The same for others to see: as ready count only those that find themselves ready as well. */
    public int counted(WorkerState state) {
        return state == WorkerState.READY ? ready() : count(state);
    }

    /** The workers' pids. */
    public Set<Integer> pids() {
        return pids(worker -> true);
    }

    /** Those of the workers in {@code state}. */
    public Set<Integer> pids(WorkerState state) {
        return pids(worker -> worker.state().equals(Optional.of(state)));
    }

    private Set<Integer> pids(Predicate<Worker> wanted) {
        return workers.stream()
                .filter(wanted)
                .flatMap(worker -> worker.pid().stream().boxed())
                .collect(Collectors.toSet());
    }

    /** How many workers serve and do not find themselves not ready: those that count for the readiness of the pod. */
    public int ready() {
        return (int) workers.stream().filter(Worker::ready).count();
    }

    /** How many workers serve but find themselves not ready. */
    public int down() {
        return count(WorkerState.READY) - ready();
    }

    /** Whether some slot waits to be filled again. */
    public boolean backingOff() {
        return workers.stream().anyMatch(worker -> worker.backoffNanos() > 0);
    }
}
