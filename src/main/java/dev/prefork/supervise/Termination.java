package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How one worker is brought to its end: asked and then killed, or given up on and then killed, and what that makes the
 * cause of its end. The state is the slot's.
 */
final class Termination {
    /** How long a killed process may take to die. Only one in uninterruptible sleep takes longer; see SIGKILL in signal(7). */
    static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

    private final Stop stop;
    private final Watch watch;
    private final Consumer<Report> tell;

    Termination(Stop stop, Watch watch, Consumer<Report> tell) {
        this.stop = stop;
        this.watch = watch;
        this.tell = tell;
    }

    /** Notes that a worker is on its way out. */
    void began(Slot slot, String why, long now) {
        if (slot.phase == Slot.Phase.STARTING || slot.phase == Slot.Phase.READY) {
            slot.makeStopping(now);
            tell.accept(new Report.WorkerStopping(slot.number, slot.pid, why));
        }
    }

    /** Asks a worker to stop. One that was given up on already keeps its own end, and its own deadline. */
    void ask(Slot slot, String why, long now) {
        if (slot.planned && slot.phase == Slot.Phase.STOPPING) {
            // Many servers take a second TERM for an order to drop everything.
            return;
        }
        if (!slot.givenUp()) {
            slot.planned = true;
            slot.pendingSignal = Signal.TERM;
            // One that was stopping by itself gets the whole grace all the same: it counts from our TERM.
            slot.stoppingAt = now;
        }
        began(slot, why, now);
    }

    /** Gives up on a worker that is not ready in time. */
    void overdue(Slot slot, Duration limit, long now) {
        slot.overdue = true;
        slot.killedAt = now;
        slot.pendingSignal = Signal.KILL;
        began(slot, "not ready after " + limit.toMillis() + " ms", now);
    }

    /** Gives up on a worker that has stopped sending heartbeats. */
    void hung(Slot slot, long now) {
        slot.makeStopping(now);
        watch.begin(slot);
        tell.accept(new Report.WorkerHung(slot.number, slot.pid, now - slot.beatAt));
    }

    void kill(Slot slot, boolean hurried, long now) {
        slot.killed = true;
        slot.killedAt = now;
        slot.pendingDump = false;
        slot.pendingSignal = Signal.KILL;
        tell.accept(new Report.WorkerKilled(slot.number, slot.pid, hurried));
    }

    /** What time alone does to a worker on its way out. */
    void elapse(Slot slot, long now) {
        if (slot.hung && !slot.killed) {
            if (watch.step(slot, now) || ending() && now - stop.deadline() >= 0) {
                kill(slot, false, now);
            }
        } else if (!slot.givenUp()) {
            if (now - stop.killAt(slot.stoppingAt) >= 0) {
                kill(slot, false, now);
            }
        } else if (ending() && now - slot.killedAt >= KILL_PATIENCE.toNanos()) {
            tell.accept(new Report.WorkerAbandoned(slot.number, slot.pid));
            slot.vacate();
        }
    }

    /** When that does something next; {@link Long#MAX_VALUE} for never. */
    long remaining(Slot slot, long now) {
        if (slot.hung && !slot.killed) {
            long step = watch.stepAt(slot);
            return (ending() ? Math.min(step, stop.deadline()) : step) - now;
        }
        if (!slot.givenUp()) {
            return stop.killAt(slot.stoppingAt) - now;
        }
        return ending() ? KILL_PATIENCE.toNanos() - (now - slot.killedAt) : Long.MAX_VALUE;
    }

    /**
     * Notes that the process is a zombie. A planned stop leaves the rest of the group its grace: behind a shell, the
     * leader may die of the TERM while the server still answers requests. After any other end no process may go on serving
     * unsupervised, and now is the moment to see to it: until the reaping the zombie keeps the group's number from being
     * used again.
     */
    static void ended(Slot slot) {
        if (slot.leaderless) {
            return;
        }
        slot.ended = true;
        slot.pendingDump = false;
        if (!slot.planned || slot.killed) {
            slot.pendingSignal = Signal.KILL;
        }
    }

    /** What ended the worker that is being reaped. */
    static Exit.Cause cause(Slot slot, Event.Reaped reaped) {
        boolean byKill =
                reaped.status() instanceof WaitStatus.Signaled signaled && signaled.signal() == Signal.KILL.number();
        if (slot.overdue) {
            return Exit.Cause.START_TIMEOUT;
        }
        if (slot.hung) {
            return Exit.Cause.WATCHDOG;
        }
        if (slot.killed && byKill) {
            return Exit.Cause.KILLED;
        }
        if (reaped.outOfMemory() && Exit.tellsOfKill(reaped.status())) {
            return Exit.Cause.OOM;
        }
        return reaped.status() instanceof WaitStatus.Exited ? Exit.Cause.EXIT : Exit.Cause.SIGNAL;
    }

    private boolean ending() {
        return stop.phase() == StopPhase.ENDING;
    }
}
