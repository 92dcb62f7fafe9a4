package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The supervisor at one moment, for health, metrics and callers. Immutable, safe to share. Moments are readings of
 * the supervisor's clock, in nanoseconds, so that they stay true while time passes.
 *
 * @param desired how many workers there should be; 0 once a stop has come as far as to end them
 * @param workers the slots in order, filled or not
 * @param started whether every slot has had a ready worker once
 * @param startedSlots how many have
 * @param stop how far a stop has come
 * @param recoverExits unplanned exits inside the window; once the stop has begun, as of that moment
 * @param recoverThreshold how many of them are allowed
 * @param noneReadySince since when no worker is ready; empty while one is
 * @param lastExits the last unplanned exits, the newest first, five at most
 */
public record Snapshot(
        int desired,
        List<Worker> workers,
        boolean started,
        int startedSlots,
        StopPhase stop,
        int recoverExits,
        int recoverThreshold,
        OptionalLong noneReadySince,
        List<Ending> lastExits) {

    public Snapshot {
        workers = List.copyOf(workers);
        lastExits = List.copyOf(lastExits);
    }

    /**
     * One slot.
     *
     * @param pid of the worker in it, if there is one
     * @param state of that worker
     * @param backoffNanos what is left of the wait before it is filled again; 0 if none
     */
    public record Worker(int slot, OptionalInt pid, Optional<WorkerState> state, long backoffNanos) {}

    /**
     * An unplanned end.
     *
     * @param text which worker, and how, in words
     * @param cause absent if the worker could not even be started
     * @param at when
     */
    public record Ending(String text, Optional<Exit.Cause> cause, long at) {}

    public boolean stopping() {
        return stop != StopPhase.NONE;
    }

    /** The last unplanned exit, in words. */
    public Optional<String> lastExit() {
        return lastExits.stream().findFirst().map(Ending::text);
    }

    /** What is in a slot; empty if the slot is neither wanted nor filled. */
    public Optional<Worker> worker(int slot) {
        return workers.stream().filter(worker -> worker.slot() == slot).findFirst();
    }

    /** How many workers are in {@code state}. */
    public int count(WorkerState state) {
        return (int) workers.stream()
                .filter(worker -> worker.state().filter(s -> s == state).isPresent())
                .count();
    }

    public int ready() {
        return count(WorkerState.READY);
    }

    /** Whether some slot waits to be filled again. */
    public boolean backingOff() {
        return workers.stream().anyMatch(worker -> worker.backoffNanos() > 0);
    }
}
