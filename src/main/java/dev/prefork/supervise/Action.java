package dev.prefork.supervise;

import dev.prefork.os.Signal;

/** What a supervisor wants done. */
public sealed interface Action {

    /**
     * Start a worker and answer with {@link Event.Spawned} or {@link Event.SpawnFailed}.
     *
     * @param place what to answer with
     * @param slot the number that it is told
     * @param version of the specification to start it by
     */
    record Spawn(int place, int slot, int version, StartReason reason) implements Action {}

    /** Look what the worker's start has cost and answer with {@link Event.StartMeasured}, unless it cannot be seen. */
    record MeasureStart(int pid) implements Action {}

    /** Nothing is left of this worker that is waited for: what it sends is not heard any more. Given once. */
    record Forget(int pid) implements Action {}

    /** Tell this standby to serve from now on. Given once, to one that has said that it is ready, and before it is reported. */
    record TakeOver(int pid) implements Action {}

    /** Send a signal to the process group that the worker leads, and SIGKILL to all other processes of its session, too. */
    record SignalGroup(int pid, Signal signal) implements Action {}

    /**
     * Send SIGTERM to the processes of the reaped worker's session that are in other groups: they were not sent what its group
     * was. Given once, when the worker was asked to stop and left some behind.
     */
    record AskSession(int pid) implements Action {}

    /** Send SIGQUIT to the worker itself, which makes a JVM write down what its threads are doing, and go on. */
    record Dump(int pid) implements Action {}

    /**
     * Reap the ended worker and answer with {@link Event.Reaped}.
     *
     * @param causeOpen whether it may have been OOM-killed; false if we killed it anyhow
     */
    record Reap(int pid, boolean causeOpen) implements Action {}

    /** Look whether the memory carries one worker more beside those that run, and answer with {@link Event.RoomMeasured}. */
    record MeasureRoom() implements Action {}

    /** Stop accepting new connections. Given once. */
    record StopAccepting() implements Action {}

    /**
     * Count the connections that wait to be accepted and answer with {@link Event.QueueMeasured}.
     *
     * @param closing whether to count those that would be lost if the listeners were closed, rather than all that wait
     */
    record MeasureQueue(boolean closing) implements Action {}

    /** Find the processes that workers left behind, with no worker left, and answer with {@link Event.AdoptedFound}. */
    record FindAdopted() implements Action {}

    /** Send a signal to such a process alone, and say so. */
    record SignalAdopted(Adopted process, Signal signal) implements Action {}

    /** Tell the listeners. */
    record Tell(Report report) implements Action {}

    /** All is over: nothing is left to do or to wait for. Given once. */
    record Finish(Outcome outcome) implements Action {}
}
