package dev.prefork.supervise;

import dev.prefork.os.Signal;
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

    /** What the process group is to be sent next; the last wish wins. */
    Signal pendingSignal;

    Slot(int number, long dueAt) {
        this.number = number;
        this.dueAt = dueAt;
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
        killed = false;
        wasReady = false;
        everStarted = true;
        pendingSignal = null;
    }

    void makeReady(long now) {
        phase = Phase.READY;
        readyAt = now;
        wasReady = true;
        everReady = true;
    }

    void makeStopping(long now) {
        phase = Phase.STOPPING;
        stoppingAt = now;
    }

    void await(long at) {
        phase = Phase.WAITING;
        dueAt = at;
    }

    void vacate() {
        phase = Phase.EMPTY;
        pendingSignal = null;
    }
}
