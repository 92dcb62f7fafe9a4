package dev.prefork.supervise;

import dev.prefork.os.WaitStatus;

/** A process group of a simulation: its leader, and perhaps others. The truth, whatever the supervisor thinks. */
final class SimulatedProcess {
    final int pid;
    final int slot;
    final long spawnedAt;
    boolean ended;
    boolean reaped;
    boolean groupAlive;

    /** The supervisor has said that it is ready. */
    boolean ready;

    /** The supervisor has said that it is on its way out. */
    boolean stopping;

    /** The supervisor has said that it hangs. */
    boolean hung;

    /** The supervisor has said that it asks it to stop. */
    boolean toldToStop;

    /** The supervisor has said that it was not ready in time. */
    boolean overdue;

    boolean dumped;

    /** Nothing of it is waited for any more. */
    boolean forgotten;

    boolean sentTerm;
    boolean sentKill;

    /** The rest of its session was asked to stop. */
    boolean sessionAsked;

    /** The kernel killed it for want of memory. */
    boolean outOfMemory;

    /** It sends no sign of life any more. */
    boolean silent;

    /** It sends signs of life at all. */
    boolean beats;

    /** It uses CPU time, for now. */
    boolean computes;

    long user;
    long lastWork;
    long lastBeat;
    WaitStatus status = new WaitStatus.Exited(0);

    SimulatedProcess(int pid, int slot, long spawnedAt) {
        this.pid = pid;
        this.slot = slot;
        this.spawnedAt = spawnedAt;
        this.lastWork = spawnedAt;
    }

    /** Whether it was asked to go: in a hurry that is a SIGKILL at once. */
    boolean asked() {
        return !hung && (sentTerm || toldToStop);
    }

    boolean serves() {
        return ready && !stopping && !ended;
    }
}
