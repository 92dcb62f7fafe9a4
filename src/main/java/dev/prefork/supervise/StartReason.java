package dev.prefork.supervise;

/** Why a worker was started. */
public enum StartReason {
    /** One of the initial workers. */
    BOOT,
    /** In the place of one that ended without being asked to. */
    RECOVER,
    /** More workers were wanted. */
    SCALE,
    /** In the place of one of an earlier version of the specification. */
    RELOAD,
    /** In the place of one that was to be replaced. */
    RECYCLE,
    /** To take over as soon as one that serves is missing. */
    STANDBY;

    /** Whether it takes the place of one that serves, once it is ready. */
    boolean replaces() {
        return this == RELOAD || this == RECYCLE;
    }
}
