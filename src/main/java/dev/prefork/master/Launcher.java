package dev.prefork.master;

import dev.prefork.os.WaitStatus;

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

    /** Whether a child, not a worker, is the launcher's own, and so no orphan. */
    default boolean owns(int pid) {
        return false;
    }

    /** Whether the way in which it started a worker is to blame for its end, and it starts the next one in another. */
    default boolean isToBlame(int worker, WaitStatus status) {
        return false;
    }

    /** One of its own has ended and is reaped. */
    default void ended(int pid, WaitStatus status) {}
}
