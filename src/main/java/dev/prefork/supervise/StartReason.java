package dev.prefork.supervise;

/** Why a worker was started. */
public enum StartReason {
    /** One of the initial workers. */
    BOOT,
    /** In the place of one that ended without being asked to. */
    RECOVER,
    /** More workers were wanted. */
    SCALE
}
