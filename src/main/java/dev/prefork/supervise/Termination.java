package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How one worker is brought to its end: asked and then killed, or given up on and then killed, and what that makes the
 * cause of its end. The state is the worker's.
 */
final class Termination {
    /** How long a killed process may take to die. Only one in uninterruptible sleep takes longer; see SIGKILL in signal(7). */
    static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

    private final Stop stop;
    private final Consumer<Report> tell;

    Termination(Stop stop, Consumer<Report> tell) {
        this.stop = stop;
        this.tell = tell;
    }

    /** Notes that a worker ends by itself. */
    void began(Worker worker, long now) {
        if (!worker.isEnding()) {
            worker.stopsWithin(stop.rules().gracePeriod());
            worker.become(new Ending.OwnWill(now));
            tell.accept(new Report.WorkerStopping(worker.slot, worker.pid, "worker sent STOPPING=1"));
        }
    }

    /**
     * Asks a worker to stop, once: many servers take a second TERM for an order to drop everything. One that was given up on
     * keeps its own end, and its own deadline.
     */
    void ask(Worker worker, String why, long now) {
        Ending asked = new Ending.Asked(now);
        boolean known = worker.isEnding();
        if (asked.mayFollow(worker.state())) {
            worker.stopsWithin(stop.rules().gracePeriod());
            worker.become(asked, request());
            if (!known) {
                tell.accept(new Report.WorkerStopping(worker.slot, worker.pid, why));
            }
        }
    }

    /** Gives up on a worker that is not ready in time. Where accepting makes it ready, it was not seen to do that. */
    void overdue(Worker worker, Readiness readiness, long now) {
        String unused = readiness.proof() == Readiness.Proof.ACCEPTS && !worker.isStandby()
                ? " and used none of its listeners: " + Readiness.UNUSED_REMEDY
                : "";
        tell.accept(new Report.WorkerStopping(
                worker.slot,
                worker.pid,
                "not ready after " + worker.startTimeout().toMillis() + " ms" + unused));
        worker.become(new Ending.Overdue(now), Signal.KILL);
    }

    /** Gives up on a worker that has stopped sending heartbeats. */
    void hung(Worker worker, Worker.Ready silent, Ending.Hung hung) {
        begin(worker, hung);
        tell.accept(new Report.WorkerHung(worker.slot, worker.pid, hung.since() - silent.heartbeatAt()));
    }

    /** Gives up on a worker that does nothing while connections wait. */
    void stalled(OutsideWatch.Verdict verdict, Ending.Hung hung) {
        Worker worker = verdict.worker();
        begin(worker, hung);
        tell.accept(new Report.WorkerStalled(worker.slot, worker.pid, verdict.idle(), verdict.stall()));
    }

    private void begin(Worker worker, Ending.Hung hung) {
        if (hung.step() == Ending.Step.ASKED) {
            worker.become(hung, request());
        } else {
            worker.become(hung);
        }
    }

    /** In a hurry: kills a worker that is on its way out, unless that is done. */
    void hurry(Worker worker, long now) {
        if (worker.state() instanceof Ending ending && ending.killedAt().isEmpty()) {
            kill(worker, ending, true, now);
        }
    }

    /** Kills a worker because that was asked for, which makes it a planned end. What is on its way to another's place has to be canceled there. */
    void kill(Worker worker, String why, long now) {
        if (worker.isEnding()) {
            hurry(worker, now);
        } else if (worker.home().role != Slot.Role.ANNEX) {
            worker.makeRoom();
            Ending asked = new Ending.KillAsked(now);
            worker.become(asked);
            tell.accept(new Report.WorkerStopping(worker.slot, worker.pid, why));
            kill(worker, asked, true, now);
        }
    }

    private void kill(Worker worker, Ending ending, boolean hurried, long now) {
        worker.become(new Ending.Killed(ending, now), Signal.KILL);
        tell.accept(new Report.WorkerKilled(worker.slot, worker.pid, hurried));
    }

    /** What time alone does to a worker on its way out; whether it is not waited for any longer, which a stop finds out anew. */
    boolean abandons(Worker worker, Ending ending, long now) {
        if (ending.killedAt().isPresent()) {
            // A loop that was held up, by the kernel for instance, has not been told yet of those that died meanwhile.
            return mayAbandon(worker) && worker.look.confirms(abandonAt(ending), SecondLook.PAUSE, now);
        }
        if (now - killAt(worker, ending) >= 0) {
            kill(worker, ending, false, now);
        } else if (ending instanceof Ending.Hung hung && hung.step() == Ending.Step.DUMPED && now - hung.askAt() >= 0) {
            worker.become(hung.after(Ending.Step.ASKED), request());
        }
        return false;
    }

    private boolean mayAbandon(Worker worker) {
        return isOver() || !worker.isAbandoned();
    }

    /** When that does something next; {@link Timetable#NEVER} for never. */
    long wakeAt(Worker worker, Ending ending) {
        if (ending.killedAt().isPresent()) {
            return mayAbandon(worker) ? worker.look.dueAt(abandonAt(ending)) : Timetable.NEVER;
        }
        return ending instanceof Ending.Hung hung && hung.step() != Ending.Step.ASKED
                ? Math.min(killAt(worker, ending), hung.askAt())
                : killAt(worker, ending);
    }

    private static long abandonAt(Ending killed) {
        return killed.killedAt().orElseThrow() + KILL_PATIENCE.toNanos();
    }

    private long killAt(Worker worker, Ending ending) {
        if (ending instanceof Ending.Hung hung) {
            return isOver() ? Math.min(hung.killAt(), stop.deadline()) : hung.killAt();
        }
        return stop.killAt(ending.since(), worker.grace());
    }

    /** What ended the worker that is being reaped. */
    static Exit.Cause cause(Worker worker, Event.Reaped reaped) {
        WaitStatus status = reaped.status();
        Optional<Exit.Cause> ours =
                worker.state() instanceof Ending ending ? ending.cause(Exit.isKill(status)) : Optional.empty();
        if (ours.isPresent()) {
            return ours.get();
        }
        if (reaped.outOfMemory() && Exit.tellsOfKill(status)) {
            return Exit.Cause.OOM;
        }
        return status instanceof WaitStatus.Signaled ? Exit.Cause.SIGNAL : Exit.Cause.EXIT;
    }

    /** What asks a worker to stop. */
    private Signal request() {
        return stop.rules().signal();
    }

    private boolean isOver() {
        return stop.phase() == StopPhase.ENDING;
    }
}
