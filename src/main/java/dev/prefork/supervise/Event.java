package dev.prefork.supervise;

import dev.prefork.os.WaitStatus;

/** What a supervisor is told. */
public sealed interface Event {

    /** The asked-for worker runs. */
    record Spawned(int slot, int pid) implements Event {}

    /** The asked-for worker could not be started. */
    record SpawnFailed(int slot, String reason) implements Event {}

    /** The worker has ended and is a zombie: it still holds its pid, and with it its group's number. */
    record Ended(int pid) implements Event {}

    /**
     * The worker is reaped.
     *
     * @param groupLeft whether other processes of its group still run
     */
    record Reaped(int pid, WaitStatus status, boolean groupLeft) implements Event {}

    /** The last process of a reaped worker's group is gone. */
    record GroupGone(int pid) implements Event {}

    /** The worker sent READY=1. */
    record ReadyNotified(int pid) implements Event {}

    /** The worker sent STOPPING=1: it ends of its own will and takes no more work. */
    record StoppingNotified(int pid) implements Event {}

    /** Stop everything: TERM, grace, KILL. Asked again, it kills at once. */
    record StopAsked(String why) implements Event {}

    /** Something the supervisor depends on, such as a hook, failed: stop everything and say so. */
    record Failed(String why) implements Event {}
}
