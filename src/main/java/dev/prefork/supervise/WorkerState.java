package dev.prefork.supervise;

/** The life of a worker, from its spawn to its reaping. */
public enum WorkerState {
    STARTING,
    READY,
    /** Booted, and accepts nothing until it is told to take over. */
    STANDBY,
    STOPPING
}
