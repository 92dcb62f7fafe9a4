package dev.prefork.supervise;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The supervisor at one moment, for health, metrics and whoever asks. Immutable, safe to share.
 *
 * @param desired how many workers there should be
 * @param workers the slots in order, filled or not
 * @param started whether every slot has had a ready worker once
 * @param stopping whether the stop has begun
 * @param recoverExits unplanned exits inside the window; once the stop has begun, as of that moment
 * @param recoverThreshold how many of them are allowed
 * @param lastExit the last unplanned exit, in words
 */
public record Snapshot(
        int desired,
        List<Worker> workers,
        boolean started,
        boolean stopping,
        int recoverExits,
        int recoverThreshold,
        Optional<String> lastExit) {

    public Snapshot {
        workers = List.copyOf(workers);
    }

    /**
     * One slot.
     *
     * @param pid of the worker in it, if there is one
     * @param state of that worker
     * @param backoffNanos what is left of the wait before it is filled again; 0 if none
     */
    public record Worker(int slot, OptionalInt pid, Optional<WorkerState> state, long backoffNanos) {}

    /** How many workers are in {@code state}. */
    public int count(WorkerState state) {
        return (int) workers.stream()
                .filter(worker -> worker.state().filter(s -> s == state).isPresent())
                .count();
    }

    public int ready() {
        return count(WorkerState.READY);
    }
}
