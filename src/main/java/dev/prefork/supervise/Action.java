package dev.prefork.supervise;

import dev.prefork.os.Signal;

/** What a supervisor wants done. */
public sealed interface Action {

    /** Start a worker in the slot and answer with {@link Event.Spawned} or {@link Event.SpawnFailed}. */
    record Spawn(int slot) implements Action {}

    /** Send a signal to the process group that the worker leads. */
    record SignalGroup(int pid, Signal signal) implements Action {}

    /** Reap the ended worker and answer with {@link Event.Reaped}. */
    record Reap(int pid) implements Action {}

    /** Tell whoever listens. */
    record Tell(Report report) implements Action {}

    /** All is over: nothing is left to do or to wait for. Given once. */
    record Finish(Outcome outcome) implements Action {}
}
