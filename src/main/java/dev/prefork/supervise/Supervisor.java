package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * Decides what becomes of the workers: starts them, notices that they are ready, replaces those that die, gives up when
 * too many do, ends those that hang, keeps as many as are wanted, and stops them.
 *
 * <p>Pure: the caller tells it {@link #on what happened}, asks for {@link #next the next action} until there is none, and
 * then waits for the next event or for {@link #timeLeft the time} the supervisor names. An action is only ever handed out
 * against the state of that moment, so none can be stale: between two actions anything may be told.
 *
 * <p>Threading: none; one thread owns it. Times are nanoseconds of one monotonic clock.
 */
public final class Supervisor {
    private final Policy policy;
    private final RecoverMeter meter;
    private final Backoff backoff;
    private final Fleet fleet;
    private final StartLimiter boots;
    private final Watch watch;
    private final Stop stop;
    private final Termination parting;
    private final History history = new History();
    private final ArrayDeque<Report> untold = new ArrayDeque<>();
    private boolean allStarted;
    private boolean allReady;
    private boolean measuring;
    private int exitsAtStop;
    private OptionalInt waiting = OptionalInt.empty();
    private OptionalLong noneReadySince;

    /** {@code random} gives numbers in [0, 1), for jitter. */
    public Supervisor(Policy policy, DoubleSupplier random, long now) {
        this.policy = policy;
        this.meter = new RecoverMeter(policy.recovery().window());
        this.backoff =
                new Backoff(policy.recovery().interval(), policy.recovery().intervalMax(), random);
        this.fleet = new Fleet(policy.workers(), now);
        this.boots = new StartLimiter(policy.starting(), fleet);
        this.watch = new Watch(policy.watchdog());
        this.stop = new Stop(policy.stopping());
        this.parting = new Termination(stop, watch, untold::addLast);
        this.noneReadySince = OptionalLong.of(now);
    }

    /** What to do next, or nothing until the next event or {@link #timeLeft}. */
    public Optional<Action> next(long now) {
        fleet.all().forEach(slot -> elapse(slot, now));
        elapseStop(now);
        noteReadiness(now);
        if (!untold.isEmpty()) {
            return Optional.of(new Action.Tell(untold.removeFirst()));
        }
        for (Slot slot : fleet.list()) {
            Optional<Action> action = next(slot, now);
            if (action.isPresent()) {
                return action;
            }
        }
        Optional<Action> queue = queueAction(now);
        if (queue.isPresent()) {
            return queue;
        }
        boolean over = stop.phase() == StopPhase.ENDING && fleet.all().allMatch(slot -> slot.phase == Slot.Phase.EMPTY);
        return over ? stop.finish() : Optional.empty();
    }

    /** How long nothing happens unless an event comes; empty when nothing will. */
    public OptionalLong timeLeft(long now) {
        long soonest = stop.remaining(now);
        for (Slot slot : fleet.list()) {
            soonest = Math.min(soonest, remaining(slot, now));
        }
        return soonest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, soonest));
    }

    /** Takes note of what happened. An event about a process that is not (or no longer) a worker is ignored. */
    public void on(Event event, long now) {
        if (event instanceof Event.Spawned spawned) {
            started(fleet.get(spawned.slot()), spawned.pid(), now);
        } else if (event instanceof Event.SpawnFailed failed) {
            notStarted(fleet.get(failed.slot()), failed.reason(), now);
        } else if (event instanceof Event.Ended ended) {
            fleet.find(ended.pid()).ifPresent(Termination::ended);
        } else if (event instanceof Event.Reaped reaped) {
            fleet.find(reaped.pid()).filter(slot -> !slot.leaderless).ifPresent(slot -> reaped(slot, reaped, now));
        } else if (event instanceof Event.GroupGone gone) {
            fleet.find(gone.pid()).filter(slot -> slot.leaderless).ifPresent(slot -> emptied(slot, now));
        } else if (event instanceof Event.ReadyNotified notified
                && policy.starting().readiness().byNotification()) {
            fleet.find(notified.pid()).ifPresent(slot -> ready(slot, now));
        } else if (event instanceof Event.ReadyProbed probed
                && policy.starting().readiness().byProbe()) {
            fleet.find(probed.pid()).ifPresent(slot -> ready(slot, now));
        } else if (event instanceof Event.WatchdogNotified notified) {
            fleet.find(notified.pid()).ifPresent(slot -> slot.beat(now));
        } else if (event instanceof Event.StoppingNotified notified) {
            fleet.find(notified.pid()).ifPresent(slot -> parting.began(slot, "worker sent STOPPING=1", now));
        } else if (event instanceof Event.QueueMeasured measured) {
            measured(measured.waiting(), now);
        } else if (event instanceof Event.ScaleAsked asked) {
            scale(fleet.desired() + asked.by(), asked.why(), now);
        } else if (event instanceof Event.ScaleSet set && set.to() != fleet.desired()) {
            scale(set.to(), set.why(), now);
        } else if (event instanceof Event.StopAsked asked) {
            stopAsked(asked, now);
        } else if (event instanceof Event.Failed failed) {
            stop(Outcome.FAILED, failed.why(), false, now);
        }
    }

    /** Whether {@code pid} is a worker that has not been reaped. */
    public boolean isWorker(int pid) {
        return fleet.find(pid).filter(slot -> !slot.leaderless).isPresent();
    }

    /** The workers that have not been reaped. */
    public List<Integer> workerPids() {
        return fleet.all()
                .filter(slot -> slot.occupied() && !slot.leaderless)
                .map(slot -> slot.pid)
                .toList();
    }

    /** The groups whose leaders are reaped but which are not known to be empty. */
    public List<Integer> leaderlessGroups() {
        return fleet.all().filter(slot -> slot.leaderless).map(slot -> slot.pid).toList();
    }

    /** The state of all this, to be shared. */
    public Snapshot snapshot(long now) {
        List<Snapshot.Worker> workers = fleet.all()
                .filter(slot -> !fleet.isSurplus(slot) || slot.occupied())
                .map(slot -> slot.view(now))
                .toList();
        return new Snapshot(
                stop.replaces() ? fleet.desired() : 0,
                workers,
                allReady,
                (int) fleet.kept().filter(slot -> slot.everReady).count(),
                stop.phase(),
                stop.replaces() ? meter.count(now) : exitsAtStop,
                threshold(),
                noneReadySince,
                history.list());
    }

    /** How long the snapshot stays true if no event comes and no action is taken; empty for ever. */
    public OptionalLong snapshotWait(long now) {
        long change = stop.replaces() ? meter.nextChange() : Long.MAX_VALUE;
        return change == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, change - now));
    }

    private Optional<Action> next(Slot slot, long now) {
        if (slot.pendingDump) {
            slot.pendingDump = false;
            return Optional.of(new Action.Dump(slot.pid));
        }
        if (slot.pendingSignal != null) {
            Signal signal = slot.pendingSignal;
            slot.pendingSignal = null;
            return Optional.of(new Action.SignalGroup(slot.pid, signal));
        }
        if (slot.ended) {
            slot.ended = false;
            return Optional.of(new Action.Reap(slot.pid, !slot.givenUp()));
        }
        if (slot.phase == Slot.Phase.WAITING && now - slot.dueAt >= 0 && boots.hasRoom(now)) {
            slot.phase = Slot.Phase.SPAWNING;
            return Optional.of(new Action.Spawn(slot.number));
        }
        return Optional.empty();
    }

    private Optional<Action> queueAction(long now) {
        Optional<Action> action = stop.queueAction(now);
        if (action.isEmpty() && stop.replaces() && !measuring && fleet.all().anyMatch(slot -> slot.suspect)) {
            measuring = true;
            return Optional.of(new Action.MeasureQueue(false));
        }
        return action;
    }

    /** What time alone does to a slot: nothing to a process that has ended, though that is learnt late. */
    private void elapse(Slot slot, long now) {
        if (slot.ended) {
            return;
        }
        switch (slot.phase) {
            case STARTING -> elapseStarting(slot, now);
            case READY -> elapseReady(slot, now);
            case STOPPING -> parting.elapse(slot, now);
            case EMPTY, WAITING, SPAWNING -> {
                // Nothing runs there.
            }
        }
    }

    private void elapseStarting(Slot slot, long now) {
        if (stop.replaces() && fleet.isSurplus(slot)) {
            parting.ask(slot, "scaling down", now);
        } else if (boots.isProvenByAge(slot, now)) {
            ready(slot, now);
        } else if (boots.isOverdue(slot, now)) {
            parting.overdue(slot, policy.starting().timeout(), now);
        }
    }

    private void elapseReady(Slot slot, long now) {
        if (!stop.replaces()) {
            return;
        }
        if (fleet.isSurplus(slot) && fleet.everyKept(kept -> kept.phase == Slot.Phase.READY)) {
            // Not earlier: until then it does the work of one that is missing.
            parting.ask(slot, "scaling down", now);
        } else if (watch.findsSilent(slot, now)) {
            if (watch.asksQueue()) {
                slot.suspect = true;
            } else {
                parting.hung(slot, now);
            }
        }
    }

    private void elapseStop(long now) {
        if (stop.phase() == StopPhase.UNREADY && (now - stop.servesUntil() >= 0 || noWorkerWillServe())) {
            refuse(now);
        }
        if (stop.phase() == StopPhase.EMPTYING && (now - stop.emptiesUntil() >= 0 || !anyWorkerServes())) {
            end(now);
        }
    }

    private long remaining(Slot slot, long now) {
        return switch (slot.phase) {
            case WAITING -> {
                // One that is due waits for another's start to be over: that is an event, or that one's own time.
                long left = slot.dueAt - now;
                yield left > 0 || boots.hasRoom(now) ? left : Long.MAX_VALUE;
            }
            case STARTING -> boots.remaining(slot, now);
            case READY ->
                !stop.replaces() || slot.suspect || watch.nextLookAt(slot) == Long.MAX_VALUE
                        ? Long.MAX_VALUE
                        : watch.nextLookAt(slot) - now;
            case STOPPING -> parting.remaining(slot, now);
            case EMPTY, SPAWNING -> Long.MAX_VALUE;
        };
    }

    private boolean anyWorkerServes() {
        return fleet.count(Slot.Phase.READY) > 0;
    }

    private boolean noWorkerWillServe() {
        return fleet.all()
                .allMatch(slot -> slot.phase == Slot.Phase.EMPTY
                        || slot.phase == Slot.Phase.STOPPING
                        || slot.phase == Slot.Phase.WAITING && slot.dueAt - stop.servesUntil() >= 0);
    }

    private void noteReadiness(long now) {
        if (anyWorkerServes()) {
            noneReadySince = OptionalLong.empty();
        } else if (noneReadySince.isEmpty()) {
            noneReadySince = OptionalLong.of(now);
        }
    }

    private void started(Slot slot, int pid, long now) {
        OptionalInt replaces = slot.replaces;
        slot.replaces = OptionalInt.empty();
        slot.occupy(pid, now);
        tell(new Report.WorkerStarted(slot.number, pid, slot.reason, replaces));
        milestones();
        if (stop.phase() == StopPhase.ENDING) {
            // Asked for before the stop, answered after it.
            parting.ask(slot, "the master is stopping", now);
        }
    }

    private void notStarted(Slot slot, String reason, long now) {
        tell(new Report.WorkerNotStarted(slot.number, reason));
        slot.vacate();
        history.add("worker " + slot.number + " could not be started: " + reason, Optional.empty(), now);
        failed(slot, false, now);
    }

    private void ready(Slot slot, long now) {
        if (slot.phase == Slot.Phase.STARTING) {
            slot.makeReady(now);
            tell(new Report.WorkerReady(slot.number, slot.pid, now - slot.startedAt));
            milestones();
        }
    }

    private void milestones() {
        if (!allStarted && fleet.everyKept(slot -> slot.everStarted)) {
            allStarted = true;
            tell(new Report.FirstGenerationStarted(fleet.pids()));
        }
        if (!allReady && fleet.everyKept(slot -> slot.everReady)) {
            allReady = true;
            tell(new Report.FirstGenerationReady(fleet.pids()));
        }
    }

    private void measured(int connections, long now) {
        measuring = false;
        fleet.all()
                .filter(slot -> slot.suspect && slot.phase == Slot.Phase.READY)
                .forEach(slot -> {
                    if (watch.isLong(connections) && watch.isSilent(slot, now)) {
                        parting.hung(slot, now);
                    } else {
                        watch.spare(slot, now);
                    }
                });
        if (stop.phase() == StopPhase.EMPTYING) {
            stop.measured(now);
            waiting = OptionalInt.of(connections);
            if (connections == 0) {
                end(now);
            }
        }
    }

    private void scale(int wanted, String why, long now) {
        int from = fleet.desired();
        int to = Math.min(Math.max(wanted, policy.leastWorkers()), policy.mostWorkers());
        if (stop.begun()) {
            tell(new Report.ScaleRefused(why + ": not scaling, a stop has begun"));
            return;
        }
        if (to == from) {
            boolean fixed = policy.leastWorkers() == policy.mostWorkers();
            String bound = wanted < from ? " is the minimum number of workers" : " is the maximum number of workers";
            tell(new Report.ScaleRefused(why + ": " + from + (fixed ? " is the fixed number of workers" : bound)));
            return;
        }
        fleet.want(to, now);
        tell(new Report.Scaled(from, to, why));
        fleet.all().forEach(slot -> {
            if (fleet.isSurplus(slot) && slot.phase == Slot.Phase.WAITING) {
                slot.vacate();
            } else if (!fleet.isSurplus(slot) && slot.number >= from && !slot.occupied()) {
                fill(slot, now);
            }
        });
        milestones();
    }

    private void fill(Slot slot, long now) {
        slot.reason = StartReason.SCALE;
        slot.replaces = OptionalInt.empty();
        if (slot.phase != Slot.Phase.SPAWNING) {
            slot.await(now);
        }
    }

    private void reaped(Slot slot, Event.Reaped reaped, long now) {
        Exit exit = new Exit(reaped.status(), Termination.cause(slot, reaped), slot.planned);
        long stopNanos = slot.phase == Slot.Phase.STOPPING ? now - slot.stoppingAt : 0;
        tell(new Report.WorkerExited(slot.number, slot.pid, exit, stopNanos));
        slot.pendingSignal = null;
        if (!slot.planned || exit.cause() == Exit.Cause.OOM) {
            history.add("worker " + slot.number + " (pid " + slot.pid + "): " + exit, Optional.of(exit.cause()), now);
        }
        if (!slot.planned) {
            boolean proven = slot.wasReady
                    && now - slot.readyAt >= policy.recovery().intervalMax().toNanos();
            slot.replaces = OptionalInt.of(slot.pid);
            slot.reason = StartReason.RECOVER;
            slot.vacate();
            failed(slot, proven, now);
        } else if (reaped.groupLeft()) {
            slot.leaderless = true;
        } else {
            emptied(slot, now);
        }
    }

    /** A worker that was asked to go is gone, with all its group. By now its place may be wanted again. */
    private void emptied(Slot slot, long now) {
        slot.vacate();
        if (stop.replaces() && !fleet.isSurplus(slot)) {
            fill(slot, now);
        }
    }

    /** One unplanned end more: too many, or the slot is filled again after its wait. */
    private void failed(Slot slot, boolean proven, long now) {
        slot.failures = proven ? 1 : slot.failures + 1;
        boolean tooMany = meter.exceededBy(now, threshold());
        if (!stop.replaces()) {
            return;
        }
        if (tooMany) {
            tell(new Report.ThresholdExceeded(
                    meter.count(now), threshold(), policy.recovery().window().toNanos()));
            if (stop.begun()) {
                refuse(now);
            } else {
                stop(allReady ? Outcome.OVER_RECOVERY : Outcome.NEVER_READY, "recover threshold exceeded", false, now);
            }
            return;
        }
        if (fleet.isSurplus(slot)) {
            return;
        }
        long delay = backoff.delay(slot.failures);
        slot.await(now + delay);
        if (delay > 0) {
            tell(new Report.RecoveryDelayed(slot.number, slot.failures, delay));
        }
    }

    private int threshold() {
        return policy.recovery().threshold().orElse(Policy.defaultRecoverThreshold(fleet.desired()));
    }

    private void stopAsked(Event.StopAsked asked, long now) {
        if (!stop.askedAgain()) {
            stop(Outcome.STOPPED, asked.why(), asked.serveOn(), now);
            return;
        }
        if (stop.phase() != StopPhase.ENDING) {
            end(now);
        }
        fleet.all()
                .filter(slot -> slot.phase == Slot.Phase.STOPPING && !slot.killed)
                .forEach(slot -> parting.kill(slot, true, now));
    }

    private void stop(Outcome outcome, String why, boolean serveOn, long now) {
        if (stop.begun()) {
            return;
        }
        long running = fleet.all().filter(Slot::occupied).count();
        boolean somebodyMaySend = allReady || anyWorkerServes();
        tell(new Report.StopBegan(why, outcome, (int) running));
        if (stop.begin(outcome, serveOn && somebodyMaySend, now)) {
            tell(new Report.DrainBegan(policy.stopping().drainDelay().toNanos()));
        } else {
            refuse(now);
        }
    }

    /** From here on no new connection is accepted, and no worker is replaced. */
    private void refuse(long now) {
        // Kept, since the exits that are the reason may have left the window by the time it is told.
        exitsAtStop = meter.count(now);
        stop.enter(StopPhase.EMPTYING, now);
        fleet.all().filter(slot -> slot.phase == Slot.Phase.WAITING).forEach(Slot::vacate);
    }

    private void end(long now) {
        if (stop.phase() == StopPhase.UNREADY) {
            refuse(now);
        }
        waiting.ifPresent(left -> tell(new Report.QueueEmptied(left, stop.inPhaseFor(now))));
        stop.enter(StopPhase.ENDING, now);
        fleet.all().filter(Slot::occupied).forEach(slot -> parting.ask(slot, "the master is stopping", now));
    }

    private void tell(Report report) {
        untold.addLast(report);
    }
}
