package dev.prefork.supervise;

import dev.prefork.os.WaitStatus;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a worker's start, its readiness and its end mean for the place that it is in: whether that is filled again, when, and by which
 * version of the specification.
 *
 * <p>Threading and time: as the {@link Supervisor}'s.
 */
final class Lifecycle {
    private final Fleet fleet;
    private final StartLimiter limiter;
    private final Failures failures;
    private final Milestones milestones;
    private final Replacements replacements;
    private final Rollout rollout;
    private final Shutdown shutdown;
    private final Stop stop;
    private final Termination termination;
    private final Consumer<Report> tell;

    Lifecycle(Fleet fleet, StartLimiter limiter, Failures failures, Replacements replacements, Consumer<Report> tell) {
        this.fleet = fleet;
        this.limiter = limiter;
        this.failures = failures;
        this.milestones = failures.milestones();
        this.replacements = replacements;
        this.rollout = replacements.rollout();
        this.shutdown = replacements.shutdown();
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.tell = tell;
    }

    /** A spawn has been answered: the worker runs. */
    void started(Slot slot, int pid, long now) {
        Slot.Start start = slot.spawning().start();
        Worker worker = new Worker(slot.number(), pid, start, now);
        slot.transition(worker);
        limiter.began(worker);
        tell.accept(new Report.WorkerStarted(worker.slot, pid, start.reason(), start.replaces()));
        milestones.reached();
        if (stop.phase() == StopPhase.ENDING) {
            // Asked for before the stop, answered after it.
            termination.ask(worker, "the master is stopping", now);
        } else if (slot.role == Slot.Role.STANDBY) {
            replacements.standbys().started(worker, now);
        } else if (replacements.isInVain(worker)) {
            termination.ask(worker, "no longer needed", now);
        }
    }

    /** A spawn has been answered: there is no worker. */
    void notStarted(Slot slot, String reason, long now) {
        Slot.Start start = slot.spawning().start();
        tell.accept(new Report.WorkerNotStarted(slot.number(), reason));
        slot.transition(Slot.EMPTY);
        String how = "worker " + slot.number() + " could not be started: " + reason;
        failures.note(how, Optional.empty(), now);
        if (slot.role == Slot.Role.STANDBY) {
            standbyFailed(false, now);
        } else if (start.reason().replaces()) {
            replacements.failed(slot, how, false, now);
            refill(slot, start, now);
        } else {
            failed(slot, start, false, now);
        }
    }

    /** It can serve; told again, nothing changes. */
    void ready(Worker worker, long now) {
        if (worker.state() instanceof Worker.Starting) {
            worker.become(new Worker.Ready(now, now, false));
            limiter.ready(worker);
            if (worker.isStandby()) {
                replacements.recycling().standsBy(worker);
                tell.accept(new Report.StandbyReady(worker.slot, worker.pid, now - worker.startedAt));
                return;
            }
            worker.home().noteReady();
            replacements.recycling().ready(worker, now);
            tell.accept(new Report.WorkerReady(worker.slot, worker.pid, now - worker.startedAt));
            milestones.reached();
        }
    }

    /** A place is empty and wanted. */
    void fill(Slot slot, long now) {
        if (slot.content() instanceof Slot.Spawning spawning) {
            Slot.Start start = spawning.start();
            slot.transition(new Slot.Spawning(
                    start.reason().replaces() ? start : new Slot.Start(StartReason.SCALE, start.version())));
        } else {
            Optional<Slot.Start> replacement = replacements.startIn(slot);
            boolean filled = replacement.isEmpty()
                    && replacements.takeOver(slot, Optional.empty(), now).isPresent();
            if (!filled) {
                await(slot, replacement.orElse(new Slot.Start(StartReason.SCALE, rollout.good())), now);
            }
        }
    }

    /** After a replacement that failed where it was to serve: at once, by what is known to be good. */
    private void refill(Slot slot, Slot.Start failed, long now) {
        if (stop.replaces() && fleet.isKept(slot)) {
            recover(slot, new Slot.Start(StartReason.RECOVER, failed.instead(), rollout.good()), now, now);
        }
    }

    /** Whether a standby has taken the place of the one that has gone; else it is filled by a start of its own. */
    private boolean recover(Slot slot, Slot.Start start, long dueAt, long now) {
        boolean takenOver = replacements.takeOver(slot, start.instead(), now).isPresent();
        if (!takenOver) {
            await(slot, start, dueAt);
        }
        return takenOver;
    }

    private void await(Slot slot, Slot.Start start, long dueAt) {
        slot.transition(new Slot.Waiting(dueAt, start));
        replacements.filled(slot);
    }

    /** It has ended, and how is known. */
    void reaped(Worker worker, Event.Reaped reaped, long now) {
        limiter.over(worker);
        boolean planned = worker.isPlanned();
        boolean asAsked = !planned && isAsAsked(worker, reaped, now);
        Exit exit = new Exit(
                reaped.status(),
                Termination.cause(worker, reaped),
                planned || asAsked,
                worker.state() instanceof Ending ending && ending.isKillAsked(),
                reaped.circumstances().lastError());
        long stopNanos = worker.state() instanceof Ending ending ? now - ending.since() : 0;
        tell.accept(new Report.WorkerExited(worker.slot, worker.pid, exit, stopNanos));
        if (!worker.isAbandoned() && (!exit.planned() || exit.cause() == Exit.Cause.OOM)) {
            boolean standby = worker.home().role == Slot.Role.STANDBY;
            boolean unused = !standby
                    && exit.cause() == Exit.Cause.START_TIMEOUT
                    && limiter.rules().readiness().proof() == Readiness.Proof.ACCEPTS;
            String how = exit + (unused ? ", used none of its listeners" : "");
            failures.note(
                    "worker " + worker.slot + " (pid " + worker.pid + "): " + how, Optional.of(exit.cause()), now);
        }
        if (planned && reaped.groupLeft()) {
            worker.leftItsGroup();
        } else if (planned || worker.isAbandoned()) {
            emptied(worker, now);
        } else {
            Slot slot = worker.home();
            slot.transition(Slot.EMPTY);
            if (asAsked) {
                left(slot, worker, now);
                return;
            }
            String failure = "worker " + worker.slot + " (pid " + worker.pid + ") " + exit;
            lost(slot, worker, failure, reaped.excused(), now);
        }
    }

    /**
     * Whether a worker that has asked for its replacement has gone without waiting for it, as servers do that count their own requests. One
     * that crashes meanwhile has not, nor has a successor that asks and goes as soon as it is ready: that would be a crash loop in disguise.
     */
    private static boolean isAsAsked(Worker worker, Event.Reaped reaped, long now) {
        return worker.hasAsked()
                && Recycling.isHeard(worker, now)
                && !worker.isReplacement()
                && !worker.isAbandoned()
                && reaped.status().equals(new WaitStatus.Exited(0))
                && Termination.cause(worker, reaped) == Exit.Cause.EXIT;
    }

    /** It is gone, as it had asked to. */
    private void left(Slot slot, Worker worker, long now) {
        if (stop.replaces() && fleet.isKept(slot)) {
            replacements.left(slot, worker, now);
        }
    }

    private Slot.Start after(Worker gone) {
        return new Slot.Start(StartReason.RECOVER, Optional.of(gone.asPredecessor()), rollout.good());
    }

    /** A worker has gone that was not asked to. */
    private void lost(Slot slot, Worker worker, String how, boolean excused, long now) {
        Slot.Start next = after(worker);
        if (slot.role == Slot.Role.STANDBY) {
            standbyFailed(worker.servedFor(failures.proof(), now), now);
            return;
        }
        if (worker.isReplacement()) {
            replacements.failed(slot, how, excused, now);
        }
        if (worker.isReplacement() || excused) {
            refill(slot, next, now);
        } else {
            replacements.crashed(worker, how, now);
            failed(slot, next, worker.servedFor(failures.proof(), now), now);
        }
    }

    /**
     * Even SIGKILL has not ended it. Its place is filled again as if it had gone, and it is kept in an annex until it ends; only a stop, which
     * cannot wait, leaves it.
     */
    void abandoned(Worker worker, long now) {
        if (!worker.isAbandoned()) {
            Report.WorkerAbandoned report = new Report.WorkerAbandoned(worker.slot, worker.pid, worker.isLeaderless());
            tell.accept(report);
            failures.noteSurvivor(report.survivor(), now);
        }
        Slot slot = worker.home();
        if (stop.phase() == StopPhase.ENDING) {
            shutdown.leftovers().leaveOut(worker.pid);
            if (worker.isAbandoned()) {
                // Others have ended since that was noted, and the last one is named beside the exit code.
                failures.noteSurvivor(
                        new Report.WorkerAbandoned(worker.slot, worker.pid, worker.isLeaderless()).survivor(), now);
            }
            stop.survived();
            slot.transition(Slot.EMPTY);
            return;
        }
        worker.abandon();
        if (slot.role != Slot.Role.ANNEX) {
            slot.exchange(fleet.annexFor(slot));
        }
        if (!worker.isPlanned()) {
            lost(slot, worker, "worker " + worker.slot + " (pid " + worker.pid + ") survived SIGKILL", false, now);
        } else {
            vacated(slot, worker, now);
        }
    }

    /** A worker that was asked to go is gone, with all its group. By now its place may be wanted again. */
    void emptied(Worker worker, long now) {
        Slot slot = worker.home();
        slot.transition(Slot.EMPTY);
        vacated(slot, worker, now);
    }

    /** One that was asked to go has left its place: to its replacement, to another if that was canceled, or because fewer were wanted then. */
    private void vacated(Slot slot, Worker worker, long now) {
        if (!stop.replaces() || !fleet.isKept(slot)) {
            return;
        }
        if (replacements.startIn(slot).isEmpty() && worker.leavesItsPlaceToAnother()) {
            recover(slot, after(worker), now, now);
        } else {
            fill(slot, now);
        }
    }

    /** One unplanned end more: too many, or the slot is filled again after its wait. */
    private void failed(Slot slot, Slot.Start next, boolean proven, long now) {
        int inARow = slot.countFailure(proven);
        boolean tooMany = failures.count(now);
        if (!stop.replaces()) {
            return;
        }
        if (tooMany) {
            giveUp(now);
        } else if (fleet.isKept(slot)) {
            long delay = failures.delay(inARow);
            if (recover(slot, next, now + delay, now)) {
                replacements.standbys().delay(inARow, delay, now);
            } else if (delay > 0) {
                tell.accept(new Report.RecoveryDelayed(slot.number(), inARow, delay));
            }
        }
    }

    /** It does not count: none is missing that serves. But the next one waits. */
    private void standbyFailed(boolean proven, long now) {
        int inARow = replacements.standbys().countFailure(proven);
        replacements.standbys().delay(inARow, failures.delay(inARow), now);
    }

    private void giveUp(long now) {
        tell.accept(failures.exceeded(now));
        if (stop.begun()) {
            shutdown.refuse(now);
        } else {
            shutdown.begin(
                    milestones.allReady() ? Outcome.OVER_RECOVERY : Outcome.NEVER_READY,
                    "recover threshold exceeded",
                    false,
                    now);
        }
    }
}
