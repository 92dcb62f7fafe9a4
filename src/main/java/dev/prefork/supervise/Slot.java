package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One worker's place: a stable number, and the process that is in it at the moment.
 *
 * <p>Holds state, decides nothing: {@link Supervisor} is the only writer.
 */
final class Slot {
    enum Phase {
        /** No process, and none wanted. */
        EMPTY,
        /** No process, one wanted from {@link #dueAt} on. */
        WAITING,
        /** A spawn was asked for and is not answered yet. */
        SPAWNING,
        STARTING,
        READY,
        STOPPING
    }

    final int number;
    Phase phase = Phase.WAITING;
    StartReason reason = StartReason.BOOT;
    OptionalInt replaces = OptionalInt.empty();

    /** The worker's pid, which is its group's number too; meaningless unless {@link #occupied()}. */
    int pid;

    /** The process is a zombie that waits for its reaping, and still holds its pid. */
    boolean ended;

    /** The process is reaped, but its group is not empty. */
    boolean leaderless;

    /** We asked this process to stop. */
    boolean planned;

    /** This process was not ready in time. */
    boolean overdue;

    /** This process stopped sending heartbeats. */
    boolean hung;

    /** This hung process was sent SIGTERM. */
    boolean hungAsked;

    /** This process is to write down what it is doing. */
    boolean pendingDump;

    /** Whether this process counts as hung has to wait for a look at the accept queues. */
    boolean suspect;

    /** This process was found silent, and is to be looked at again. */
    boolean doubted;

    /** This process was sent SIGKILL because its grace period had passed. */
    boolean killed;

    /** This process was ready at some time. */
    boolean wasReady;

    boolean everStarted;
    boolean everReady;

    /** Failures in a row. */
    int failures;

    long dueAt;
    long startedAt;
    long readyAt;
    long stoppingAt;
    long killedAt;

    /** When it last gave a sign of life. */
    long beatAt;

    /** When a silent one is looked at again. */
    long suspectAgainAt;

    /** When a doubted one is. */
    long lookAgainAt;

    /** What the process group is to be sent next; the last wish wins. */
    Signal pendingSignal;

    Slot(int number, long dueAt) {
        this.number = number;
        this.dueAt = dueAt;
    }

    /** Whether we gave up on the process: it has its own end, and its own deadline. */
    boolean givenUp() {
        return overdue || hung || killed;
    }

    boolean occupied() {
        return phase == Phase.STARTING || phase == Phase.READY || phase == Phase.STOPPING;
    }

    /** A process took the place. */
    void occupy(int newPid, long now) {
        pid = newPid;
        phase = Phase.STARTING;
        startedAt = now;
        ended = false;
        leaderless = false;
        planned = false;
        overdue = false;
        hung = false;
        hungAsked = false;
        pendingDump = false;
        suspect = false;
        doubted = false;
        killed = false;
        wasReady = false;
        everStarted = true;
        pendingSignal = null;
    }

    void makeReady(long now) {
        phase = Phase.READY;
        readyAt = now;
        beatAt = now;
        suspectAgainAt = now;
        doubted = false;
        wasReady = true;
        everReady = true;
    }

    /** It has given a sign of life. */
    void beat(long now) {
        beatAt = now;
        doubted = false;
    }

    void makeStopping(long now) {
        phase = Phase.STOPPING;
        suspect = false;
        stoppingAt = now;
    }

    void await(long at) {
        phase = Phase.WAITING;
        dueAt = at;
    }

    /** What others may know of it. */
    Snapshot.Worker view(long now) {
        Optional<WorkerState> state =
                switch (phase) {
                    case STARTING -> Optional.of(WorkerState.STARTING);
                    case READY -> Optional.of(WorkerState.READY);
                    case STOPPING -> Optional.of(WorkerState.STOPPING);
                    case EMPTY, WAITING, SPAWNING -> Optional.empty();
                };
        OptionalInt shown = occupied() ? OptionalInt.of(pid) : OptionalInt.empty();
        long backoff = phase == Phase.WAITING ? Math.max(0, dueAt - now) : 0;
        return new Snapshot.Worker(number, shown, state, backoff);
    }

    void vacate() {
        phase = Phase.EMPTY;
        suspect = false;
        pendingSignal = null;
        pendingDump = false;
    }
}
