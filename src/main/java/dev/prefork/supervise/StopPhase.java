package dev.prefork.supervise;

/** How far a stop has come. */
public enum StopPhase {
    /** No stop has begun. */
    NONE,
    /** Not ready any more for whoever asks, but serving: those who route requests learn of a pod's end late. */
    UNREADY,
    /** Nobody new is let in; the workers still accept those who wait. */
    EMPTYING,
    /** The workers are asked to end. */
    ENDING
}
