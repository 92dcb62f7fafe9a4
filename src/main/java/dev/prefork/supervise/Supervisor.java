package dev.prefork.supervise;

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
    private final StartLimiter limiter;
    private final Watch watch;
    private final OutsideWatch outside;
    private final Milestones milestones;
    private final Shutdown shutdown;
    private final Stop stop;
    private final Termination termination;
    private final Leftovers leftovers;
    private final History history = new History();
    private final ArrayDeque<Report> untold = new ArrayDeque<>();
    private boolean measuring;

    /** {@code random} gives numbers in [0, 1), for jitter. */
    public Supervisor(Policy policy, DoubleSupplier random, long now) {
        this.policy = policy;
        this.backoff =
                new Backoff(policy.recovery().interval(), policy.recovery().intervalMax(), random);
        this.fleet = new Fleet(policy.workers().initial(), now);
        this.limiter = new StartLimiter(policy.starting(), fleet);
        this.watch = new Watch(policy.watchdog());
        this.outside = new OutsideWatch(policy.watchdog());
        this.milestones = new Milestones(fleet, untold::addLast, now);
        this.meter = new RecoverMeter(policy.recovery().window(), milestones::allReady);
        this.shutdown = new Shutdown(policy.stopping(), fleet, milestones, meter, untold::addLast);
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.leftovers = shutdown.leftovers();
    }

    /** What to do next, or nothing until the next event or {@link #timeLeft}. */
    public Optional<Action> next(long now) {
        for (Slot slot : fleet.list()) {
            // Nothing happens to a process that has ended, though that is learnt late.
            if (slot.content() instanceof Worker worker && !worker.isZombie()) {
                elapse(slot, worker, now);
            }
        }
        shutdown.elapse(now);
        milestones.noteReadiness(now);
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
        return shutdown.finish(now);
    }

    /** How long nothing happens unless an event comes; empty when nothing will. */
    public OptionalLong timeLeft(long now) {
        long soonest = Math.min(stop.remaining(now), leftovers.remaining(now));
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
            fleet.find(ended.pid()).ifPresent(Worker::ended);
        } else if (event instanceof Event.Reaped reaped) {
            fleet.find(reaped.pid())
                    .filter(worker -> !worker.isLeaderless())
                    .ifPresent(worker -> reaped(worker, reaped, now));
        } else if (event instanceof Event.GroupGone gone) {
            fleet.find(gone.pid()).filter(Worker::isLeaderless).ifPresent(worker -> emptied(worker, now));
        } else if (event instanceof Event.ReadyNotified notified
                && policy.starting().readiness().byNotification()) {
            fleet.find(notified.pid()).ifPresent(worker -> ready(worker, now));
        } else if (event instanceof Event.ReadyProbed probed
                && policy.starting().readiness().proof() != Readiness.Proof.NONE) {
            fleet.find(probed.pid()).ifPresent(worker -> ready(worker, now));
        } else if (event instanceof Event.WatchdogNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> worker.heartbeat(now));
        } else if (event instanceof Event.StoppingNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> termination.began(worker, now));
        } else if (event instanceof Event.StatusNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> worker.says(notified.text()));
        } else if (event instanceof Event.QueueMeasured measured) {
            measured(measured.waiting(), now);
        } else if (event instanceof Event.AdoptedFound found) {
            leftovers.found(found.processes(), now).forEach(process -> {
                tell(new Report.AdoptedAbandoned(process));
                survived(process.toString(), now);
            });
        } else if (event instanceof Event.StallsMeasured measured) {
            outside.measured(measured, fleet)
                    .filter(verdict -> stop.replaces())
                    .ifPresent(verdict -> termination.stalled(verdict, watch.hungSince(now)));
        } else if (event instanceof Event.ScaleAsked asked) {
            scale(fleet.desired() + asked.by(), asked.why(), now);
        } else if (event instanceof Event.ScaleSet set && set.to() != fleet.desired()) {
            scale(set.to(), set.why(), now);
        } else if (event instanceof Event.StopAsked asked) {
            shutdown.asked(asked, now);
        } else if (event instanceof Event.Failed failed) {
            shutdown.failed(failed.why(), now);
        }
    }

    /** Whether {@code pid} is a worker that has not been reaped. */
    public boolean isWorker(int pid) {
        return fleet.find(pid).filter(worker -> !worker.isLeaderless()).isPresent();
    }

    /** The workers that have not been reaped. */
    public List<Integer> workerPids() {
        return fleet.workers()
                .filter(worker -> !worker.isLeaderless())
                .map(worker -> worker.pid)
                .toList();
    }

    /** The groups whose leaders are reaped but which, or whose sessions, are not known to be empty. */
    public List<Integer> leaderlessGroups() {
        return fleet.workers()
                .filter(Worker::isLeaderless)
                .map(worker -> worker.pid)
                .toList();
    }

    /** All of these: every process group that is or may be in use. */
    public List<Integer> groups() {
        return fleet.pids();
    }

    /** The state of all this, to be shared. */
    public Snapshot snapshot(long now) {
        List<Snapshot.Worker> workers = fleet.all()
                .filter(slot -> !fleet.isSurplus(slot) || slot.isOccupied())
                .map(slot -> slot.view(now))
                .toList();
        return new Snapshot(
                stop.replaces() ? fleet.desired() : 0,
                workers,
                milestones.view(),
                stop.phase(),
                new Snapshot.Recovery(shutdown.exits(now), threshold(), history.list(), inARow(now)));
    }

    /** How long the snapshot stays true if no event comes and no action is taken; empty for ever. */
    public OptionalLong snapshotWait(long now) {
        long row = fleet.kept()
                .mapToLong(slot -> slot.endOfRow(proof(), now))
                .min()
                .orElse(Long.MAX_VALUE);
        long change = stop.replaces() ? Math.min(row, meter.nextChange()) : Long.MAX_VALUE;
        return change == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, change - now));
    }

    private int inARow(long now) {
        return fleet.kept()
                .mapToInt(slot -> slot.failuresInARow(proof(), now))
                .max()
                .orElse(0);
    }

    /** For so long a worker has to be ready to end a row of failures. */
    private long proof() {
        return policy.recovery().intervalMax().toNanos();
    }

    private Optional<Action> next(Slot slot, long now) {
        if (slot.content() instanceof Worker worker) {
            return worker.next();
        }
        if (slot.content() instanceof Slot.Waiting waiting && now - waiting.dueAt() >= 0 && limiter.hasRoom(now)) {
            slot.transition(new Slot.Spawning(waiting.start()));
            return Optional.of(new Action.Spawn(slot.number));
        }
        return Optional.empty();
    }

    private Optional<Action> queueAction(long now) {
        Optional<Action> action = stop.queueAction(now);
        if (action.isEmpty() && stop.replaces() && !measuring && watch.asksQueue() && anySuspect()) {
            measuring = true;
            return Optional.of(new Action.MeasureQueue(false));
        }
        return action;
    }

    private boolean anySuspect() {
        return fleet.workers().anyMatch(worker -> worker.state() instanceof Worker.Ready ready && ready.suspect());
    }

    /** What time alone does to a worker. */
    private void elapse(Slot slot, Worker worker, long now) {
        if (worker.state() instanceof Ending ending) {
            termination.abandons(worker, ending, now).ifPresent(abandoned -> {
                leftovers.leaveOut(worker.pid);
                survived(abandoned.survivor(), now);
                slot.transition(Slot.EMPTY);
            });
        } else if (worker.state() instanceof Worker.Ready ready) {
            elapseReady(slot, worker, ready, now);
        } else if (stop.replaces() && fleet.isSurplus(slot)) {
            termination.ask(worker, "scaling down", now);
        } else if (limiter.isProvenByAge(worker, now)) {
            ready(worker, now);
        } else if (limiter.isOverdue(worker, now)) {
            termination.overdue(worker, policy.starting(), now);
        }
    }

    private void elapseReady(Slot slot, Worker worker, Worker.Ready ready, long now) {
        if (!stop.replaces()) {
            return;
        }
        if (fleet.isSurplus(slot) && fleet.everyKept(Slot::hasReadyWorker)) {
            // Not earlier: until then it does the work of one that is missing.
            termination.ask(worker, "scaling down", now);
        } else if (watch.findsSilent(worker, ready, now)) {
            if (watch.asksQueue()) {
                worker.become(ready.suspected());
            } else {
                termination.hung(worker, ready, watch.hungSince(now));
            }
        }
    }

    private long remaining(Slot slot, long now) {
        if (slot.content() instanceof Worker worker) {
            return remaining(worker, now);
        }
        if (slot.content() instanceof Slot.Waiting waiting) {
            // One that is due waits for another's start to be over: that is an event, or that one's own time.
            long left = waiting.dueAt() - now;
            return left > 0 || limiter.hasRoom(now) ? left : Long.MAX_VALUE;
        }
        return Long.MAX_VALUE;
    }

    private long remaining(Worker worker, long now) {
        if (worker.state() instanceof Ending ending) {
            return termination.remaining(worker, ending, now);
        }
        if (worker.state() instanceof Worker.Ready ready) {
            long lookAt = stop.replaces() && !ready.suspect() ? watch.nextLookAt(worker, ready) : Long.MAX_VALUE;
            return lookAt == Long.MAX_VALUE ? lookAt : lookAt - now;
        }
        return limiter.remaining(worker, now);
    }

    private void started(Slot slot, int pid, long now) {
        Slot.Start start = slot.spawning().start();
        Worker worker = new Worker(slot.number, pid, now);
        slot.transition(worker);
        tell(new Report.WorkerStarted(slot.number, pid, start.reason(), start.replaces()));
        milestones.reached();
        if (stop.phase() == StopPhase.ENDING) {
            // Asked for before the stop, answered after it.
            termination.ask(worker, "the master is stopping", now);
        }
    }

    private void notStarted(Slot slot, String reason, long now) {
        Slot.Start start = slot.spawning().start();
        tell(new Report.WorkerNotStarted(slot.number, reason));
        slot.transition(Slot.EMPTY);
        history.add("worker " + slot.number + " could not be started: " + reason, Optional.empty(), now);
        failed(slot, start, false, now);
    }

    private void ready(Worker worker, long now) {
        if (worker.state() instanceof Worker.Starting) {
            worker.become(new Worker.Ready(now, now, false));
            fleet.get(worker.slot).noteReady();
            tell(new Report.WorkerReady(worker.slot, worker.pid, now - worker.startedAt));
            milestones.reached();
        }
    }

    private void measured(int connections, long now) {
        measuring = false;
        fleet.workers().forEach(worker -> {
            if (worker.state() instanceof Worker.Ready ready && ready.suspect()) {
                if (watch.isLong(connections) && watch.isSilent(ready, now)) {
                    termination.hung(worker, ready, watch.hungSince(now));
                } else {
                    watch.spare(worker, ready, now);
                }
            }
        });
        shutdown.measured(connections, now);
    }

    private void scale(int wanted, String why, long now) {
        int from = fleet.desired();
        Policy.Workers range = policy.workers();
        int to = range.clamp(wanted);
        if (stop.begun()) {
            tell(new Report.ScaleRefused(why + ": not scaling, a stop has begun"));
            return;
        }
        if (to == from) {
            boolean fixed = range.least() == range.most();
            String bound = wanted < from ? " is the minimum number of workers" : " is the maximum number of workers";
            tell(new Report.ScaleRefused(why + ": " + from + (fixed ? " is the fixed number of workers" : bound)));
            return;
        }
        fleet.want(to, now);
        tell(new Report.Scaled(from, to, why));
        fleet.all().forEach(slot -> {
            if (fleet.isSurplus(slot) && slot.content() instanceof Slot.Waiting) {
                slot.transition(Slot.EMPTY);
            } else if (!fleet.isSurplus(slot) && slot.number >= from && !slot.isOccupied()) {
                fill(slot, now);
            }
        });
        milestones.reached();
    }

    private static void fill(Slot slot, long now) {
        slot.transition(
                slot.content() instanceof Slot.Spawning
                        ? new Slot.Spawning(Slot.Start.SCALE)
                        : new Slot.Waiting(now, Slot.Start.SCALE));
    }

    private void reaped(Worker worker, Event.Reaped reaped, long now) {
        boolean planned = worker.isPlanned();
        Exit exit = new Exit(reaped.status(), Termination.cause(worker, reaped), planned);
        long stopNanos = worker.state() instanceof Ending ending ? now - ending.since() : 0;
        tell(new Report.WorkerExited(worker.slot, worker.pid, exit, stopNanos));
        if (!planned || exit.cause() == Exit.Cause.OOM) {
            boolean unused = exit.cause() == Exit.Cause.START_TIMEOUT
                    && policy.starting().readiness().proof() == Readiness.Proof.ACCEPTS;
            String how = exit + (unused ? ", used none of its listeners" : "");
            history.add("worker " + worker.slot + " (pid " + worker.pid + "): " + how, Optional.of(exit.cause()), now);
        }
        if (!planned) {
            Slot slot = fleet.get(worker.slot);
            slot.transition(Slot.EMPTY);
            boolean proven = worker.servedFor(proof(), now);
            failed(slot, new Slot.Start(StartReason.RECOVER, OptionalInt.of(worker.pid)), proven, now);
        } else if (reaped.groupLeft()) {
            worker.leftItsGroup();
        } else {
            emptied(worker, now);
        }
    }

    /** A worker that was asked to go is gone, with all its group. By now its place may be wanted again. */
    private void emptied(Worker worker, long now) {
        Slot slot = fleet.get(worker.slot);
        slot.transition(Slot.EMPTY);
        if (stop.replaces() && !fleet.isSurplus(slot)) {
            fill(slot, now);
        }
    }

    /** One unplanned end more: too many, or the slot is filled again after its wait. */
    private void failed(Slot slot, Slot.Start next, boolean proven, long now) {
        int failures = slot.countFailure(proven);
        boolean tooMany = meter.exceededBy(now, threshold());
        if (!stop.replaces()) {
            return;
        }
        if (tooMany) {
            long window = milestones.allReady() ? policy.recovery().window().toNanos() : 0;
            tell(new Report.ThresholdExceeded(meter.count(now), threshold(), window));
            if (stop.begun()) {
                shutdown.refuse(now);
            } else {
                shutdown.begin(
                        milestones.allReady() ? Outcome.OVER_RECOVERY : Outcome.NEVER_READY,
                        "recover threshold exceeded",
                        false,
                        now);
            }
            return;
        }
        if (fleet.isSurplus(slot)) {
            return;
        }
        long delay = backoff.delay(failures);
        slot.transition(new Slot.Waiting(now + delay, next));
        if (delay > 0) {
            tell(new Report.RecoveryDelayed(slot.number, failures, delay));
        }
    }

    private int threshold() {
        return policy.recovery().threshold().orElse(Policy.defaultRecoverThreshold(fleet.desired()));
    }

    /** It is named in the termination message, too. */
    private void survived(String process, long now) {
        stop.survived();
        history.add(process + " survived SIGKILL", Optional.empty(), now);
    }

    private void tell(Report report) {
        untold.addLast(report);
    }
}
