package dev.prefork.supervise;

/** How far a stop has come. */
public enum StopPhase {
    /** No stop has begun. */
    NONE,
    /** Unready to probes, but serving: those who route requests learn of a pod's end late. */
    UNREADY,
    /** No new connections are let in; the workers still accept those that wait. */
    EMPTYING,
    /** The workers are asked to end. */
    ENDING
}
