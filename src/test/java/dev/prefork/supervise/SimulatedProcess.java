package dev.prefork.supervise;

import dev.prefork.os.WaitStatus;

/** A process group of a simulation: its leader, and perhaps others. The truth, whatever the supervisor thinks. */
final class SimulatedProcess {
    static final int NONE = -1;
    static final int FIRST_ANNEX = 1 << 20;

    final int pid;
    final int slot;

    /** In which it serves, or is to once it takes over; none for a standby. */
    int place;

    /** It was started as a standby, and has not taken over. */
    boolean isStandby;

    /** It has sent READY=1. */
    boolean saidReady;

    /** It has sent STOPPING=1. */
    boolean saidStopping;

    /** It was seen to accept. */
    boolean probed;

    /** The supervisor has said that it is a standby that could take over. */
    boolean warm;

    /** A standby has taken its place. */
    boolean displaced;

    /** It has asked for its replacement. */
    boolean askedItself;

    /** Another has asked for that. */
    boolean askedFor;

    /** Another has asked for its end, at once. */
    boolean killAsked;

    /** It has gone by itself after that, without a replacement. */
    boolean leftAsAsked;

    /** It was told to serve. */
    boolean told;

    final int version;
    final StartReason reason;
    final long spawnedAt;

    /** It was started to replace another one, and has not taken over yet. */
    boolean isReplacement;

    /** It was started beside the one in the slot, and has not taken over yet. */
    boolean isBeside;

    long readyAt;
    boolean ended;
    boolean reaped;

    /** Its own checks are DOWN. */
    boolean down;

    private long upSince = Long.MIN_VALUE;
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

    /** SIGKILL does not end it for a while, as in uninterruptible sleep. */
    boolean stuck;

    /** The supervisor has said that it does not wait for it any longer. */
    boolean abandoned;

    long killedAt;
    boolean sentTerm;
    boolean sentKill;

    /** The supervisor has said that it kills it, which may be too late. */
    boolean toldKilled;

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

    /** @param servesIn the place in which it is to serve */
    SimulatedProcess(int pid, Action.Spawn spawn, int servesIn, long spawnedAt) {
        this.pid = pid;
        this.slot = spawn.slot();
        this.version = spawn.version();
        this.reason = spawn.reason();
        this.isStandby = reason == StartReason.STANDBY;
        this.isBeside = !isStandby && spawn.place() >= FIRST_ANNEX;
        this.place = isStandby ? NONE : servesIn;
        this.isReplacement = reason == StartReason.RELOAD || reason == StartReason.RECYCLE;
        this.spawnedAt = spawnedAt;
        this.lastWork = spawnedAt;
    }

    /** It sends STOPPING=1. */
    Event saysStopping() {
        saidStopping = true;
        return new Event.StoppingNotified(pid);
    }

    /** It tells of its own checks. */
    Event says(Event.HealthNotified health, long now) {
        upSince = down && health.down().isEmpty() ? now : upSince;
        down = health.down().isPresent();
        return health;
    }

    /** When it has served, and been UP, for so long. */
    boolean isHealthyFor(long span, long now) {
        return serves() && !down && now - Math.max(readyAt, upSince) >= span;
    }

    /** It is to be replaced, or killed first. */
    Event toBeReplaced(boolean itself, boolean kill) {
        killAsked |= kill;
        return kill ? new Event.KillAsked(pid, "killed") : new Event.RecycleAsked(pid, "it asked for it", itself);
    }

    /** Whether it was asked to go: in a hurry that is a SIGKILL at once. */
    boolean asked() {
        return !hung && (sentTerm || toldToStop);
    }

    /** Whether it serves, and if it is the successor of another for so long, that what it asks for is heard. */
    boolean isHeard(long now) {
        boolean successor = reason == StartReason.RECYCLE || reason == StartReason.STANDBY;
        return (ready || warm) && now - readyAt >= (successor ? 30_000_000_000L : 0);
    }

    /** Whether it had asked for its replacement, and has gone by itself without one. */
    boolean leavesAsAsked(long now) {
        boolean itself = !asked() && !hung && !overdue && !abandoned && status.equals(new WaitStatus.Exited(0));
        return itself && askedItself && isHeard(now) && !isReplacement;
    }

    boolean serves() {
        return ready && !stopping && !ended;
    }

    /** Whether it could take over. */
    boolean standsBy() {
        return isStandby && warm && !stopping && !ended;
    }
}
