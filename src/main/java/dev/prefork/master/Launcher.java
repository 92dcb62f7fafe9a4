package dev.prefork.master;

import dev.prefork.os.WaitStatus;
import java.util.List;
import java.util.Optional;

/**
 * Starts the process of a worker.
 *
 * <p>Threading: called on the master's thread only.
 */
public interface Launcher {

    /**
     * Starts the worker of a slot, as the leader of a session and process group of its own, and returns its pid.
     *
     * @param version of the specification, counted from 0; one that is not known is that of the one before
     *
     * @throws LaunchFailedException when this worker could not be started: it counts as failed and is tried again
     * @throws Exception anything else ends the master
     */
    int launch(int slot, int version) throws Exception;

    /**
     * Starts a worker that is to stand by until {@link #takeOver}, otherwise the same.
     *
     * @throws LaunchFailedException also where none can be told to serve
     */
    default int launchStandby(int slot, int version) throws Exception {
        throw new LaunchFailedException("a standby could not be told to serve here", null);
    }

    /** Tells a standby to serve. One that has just died is passed over: its end will be heard of. */
    default void takeOver(int pid) {}

    /** Whether the memory carries one worker more beside these. */
    default boolean hasRoom(List<Integer> workers) {
        return true;
    }

    /** Nothing of this worker is waited for any more. */
    default void forget(int pid) {}

    /** Whether a child, not a worker, is the launcher's own, and so no orphan. */
    default boolean owns(int pid) {
        return false;
    }

    /** Whether the way in which it started a worker is to blame for its end, and it starts the next one in another. */
    default boolean isToBlame(int worker, WaitStatus status) {
        return false;
    }

    /** What a worker that has ended wrote last to its standard error, where that is known. */
    default Optional<String> lastError(int worker) {
        return Optional.empty();
    }

    /** One of its own has ended and is reaped. */
    default void ended(int pid, WaitStatus status) {}
}
