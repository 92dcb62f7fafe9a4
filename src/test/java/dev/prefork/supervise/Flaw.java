package dev.prefork.supervise;

/** Ways in which the world can lie to the supervisor, to prove that the rules notice. */
enum Flaw {
    NONE,
    /** No end of a process is ever told. */
    FORGETS_AN_EXIT,
    /** Exits are told that never happened. */
    MISCOUNTS,
    /** Signs of life get lost. */
    LOSES_BEATS,
    /** The queue is said to be empty when it is not. */
    HIDES_THE_QUEUE,
    /** What workers left behind is not found. */
    HIDES_LEFTOVERS,
    /** Stalls are said to last for longer than they do. */
    EXAGGERATES_STALLS,
    /** CPU time of workers is not told. */
    HIDES_WORK,
    /** Starts are said to cost less than they do. */
    HIDES_COSTS,
    /** What is started is not of the version that was asked for. */
    MIXES_VERSIONS,
    /** That a worker has asked for its replacement itself is not told. */
    FORGETS_WHO_ASKED,
    /** A standby is not told that it is to serve. */
    LOSES_TAKEOVERS,
    /** It is told so twice. */
    REPEATS_TAKEOVERS,
    /** That a standby takes over is not reported. */
    HIDES_TAKEOVERS,
    /** Standbys are said to be booted when they are not. */
    WARMS_STANDBYS_EARLY,
    /** What is missing is not started while a replacement or a standby boots. */
    HOLDS_UP_RECOVERY,
    /** The supervisor keeps one standby more than is wanted. */
    KEEPS_ONE_STANDBY_MORE,
    /** It starts one replacement more at a time than is allowed. */
    SURGES_BY_ONE_MORE,
    /** It is told that the memory carries one more where it does not. */
    HIDES_WANT_OF_MEMORY,
    /** It takes away one worker more at a time than is allowed. */
    TAKES_ONE_MORE_AWAY;

    /** What the supervisor goes by, where that is not what the rules say. */
    Policy applyTo(Policy right) {
        Policy.Workers w = right.workers();
        Policy.Replacing r = w.replacing();
        int surge = r.surge() + (this == SURGES_BY_ONE_MORE ? 1 : 0);
        int unavailable = r.unavailable() + (this == TAKES_ONE_MORE_AWAY ? 1 : 0);
        Policy.Workers workers = new Policy.Workers(
                w.initial(),
                w.least(),
                w.most(),
                new Policy.Replacing(
                        new Policy.Pace(surge, unavailable, r.pace().asksForRoom()),
                        r.soak(),
                        r.lifetime(),
                        r.lifetimeJitter()),
                w.standbys() + (this == KEEPS_ONE_STANDBY_MORE ? 1 : 0));
        return new Policy(workers, right.recovery(), right.starting(), right.stopping(), right.watchdog());
    }
}
