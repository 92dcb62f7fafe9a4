package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
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
    private final Ageing ageing;
    private final OutsideWatch outside;
    private final Milestones milestones;
    private final Shutdown shutdown;
    private final Stop stop;
    private final Termination termination;
    private final Leftovers leftovers;
    private final Rollout rollout;
    private final Recycling recycling;
    private final Replacements replacements;
    private final Waitlist waitlist = new Waitlist();
    private final Timetable wakes = new Timetable();
    private final NavigableSet<Integer> acting = new TreeSet<>();
    private final History history = new History();
    private final ArrayDeque<Report> untold = new ArrayDeque<>();
    private StopPhase seen = StopPhase.NONE;
    private boolean measuring;

    /** {@code random} gives numbers in [0, 1), for jitter. */
    public Supervisor(Policy policy, DoubleSupplier random, long now) {
        this.policy = policy;
        this.backoff =
                new Backoff(policy.recovery().interval(), policy.recovery().intervalMax(), random);
        this.fleet = new Fleet(policy.workers().initial(), new Slot.Start(StartReason.BOOT, 0), proof(), now);
        this.limiter = new StartLimiter(policy.starting(), fleet);
        this.watch = new Watch(policy.watchdog());
        this.outside = new OutsideWatch(policy.watchdog());
        this.milestones = new Milestones(fleet, untold::addLast, now);
        this.meter = new RecoverMeter(policy.recovery().window(), milestones::allReady);
        this.shutdown = new Shutdown(policy.stopping(), fleet, waitlist, meter, untold::addLast);
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.leftovers = shutdown.leftovers();
        this.ageing = new Ageing(fleet, shutdown, limiter, watch);
        this.replacements = new Replacements(policy.workers().replacing(), fleet, shutdown, random, untold::addLast);
        this.rollout = replacements.rollout();
        this.recycling = replacements.recycling();
    }

    /** What to do next, or nothing until the next event or {@link #timeLeft}. */
    public Optional<Action> next(long now) {
        elapse(now);
        milestones.noteReadiness(now);
        if (!untold.isEmpty()) {
            return Optional.of(new Action.Tell(untold.removeFirst()));
        }
        Optional<Action> action = workerAction();
        if (action.isEmpty()) {
            action = startAction(now);
        }
        if (action.isEmpty()) {
            action = queueAction(now);
        }
        return action.isPresent() ? action : shutdown.finish(now);
    }

    /** How long nothing happens unless an event comes; empty when nothing will. */
    public OptionalLong timeLeft(long now) {
        boolean anyDue = waitlist.first().isPresent();
        // One that is due waits for another's start to be over: that is an event, or that one's own time.
        long room = anyDue ? limiter.hasRoom(now) ? now : limiter.roomAt(now) : Timetable.NEVER;
        long moment = Math.min(Math.min(wakes.next(), waitlist.next()), Math.min(replacements.next(now), room));
        long slots = moment == Timetable.NEVER ? moment : moment - now;
        long soonest = Math.min(slots, Math.min(stop.remaining(now), leftovers.remaining(now)));
        return soonest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, soonest));
    }

    /** Takes note of what happened. An event about a process that is not (or no longer) a worker is ignored. */
    public void on(Event event, long now) {
        if (event instanceof Event.Spawned spawned) {
            started(fleet.get(spawned.place()), spawned.pid(), now);
        } else if (event instanceof Event.SpawnFailed failed) {
            notStarted(fleet.get(failed.place()), failed.reason(), now);
        } else if (event instanceof Event.Ended ended) {
            fleet.find(ended.pid()).ifPresent(Worker::ended);
        } else if (event instanceof Event.Reaped reaped) {
            fleet.find(reaped.pid())
                    .filter(worker -> !worker.isLeaderless())
                    .ifPresent(worker -> reaped(worker, reaped, now));
        } else if (event instanceof Event.GroupGone gone) {
            fleet.find(gone.pid()).filter(Worker::isLeaderless).ifPresent(worker -> emptied(worker, now));
        } else if (event instanceof Event.StartMeasured start) {
            limiter.measured(start).ifPresent(this::tell);
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
        } else if (event instanceof Event.ReloadAsked asked) {
            reload(asked, now);
        } else if (event instanceof Event.RecycleAsked asked) {
            fleet.find(asked.pid()).ifPresent(worker -> recycling.ask(worker, asked.why()));
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
        return fleet.workers(Group.OCCUPIED)
                .filter(worker -> !worker.isLeaderless())
                .map(worker -> worker.pid)
                .toList();
    }

    /** The groups whose leaders are reaped but which, or whose sessions, are not known to be empty. */
    public List<Integer> leaderlessGroups() {
        return fleet.workers(Group.LEADERLESS).map(worker -> worker.pid).toList();
    }

    /** Whether that is one of them. */
    public boolean isLeaderlessGroup(int pid) {
        return fleet.find(pid).filter(Worker::isLeaderless).isPresent();
    }

    /** How often slots have been looked at so far: the work done, counted in steps. */
    long looks() {
        return fleet.looks();
    }

    /** The state of all this, to be shared. */
    public Snapshot snapshot(long now) {
        return new Snapshot(
                stop.replaces() ? fleet.desired() : 0,
                fleet.views(now),
                milestones.view(),
                new Snapshot.Course(stop.phase(), rollout.view()),
                new Snapshot.Recovery(
                        shutdown.exits(now),
                        threshold(),
                        history.list(),
                        fleet.rows().longest(now)));
    }

    /** How long the snapshot stays true if no event comes and no action is taken; empty for ever. */
    public OptionalLong snapshotWait(long now) {
        long row = fleet.rows().nextEnd();
        long change = stop.replaces() ? Math.min(row, meter.nextChange()) : Long.MAX_VALUE;
        return change == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, change - now));
    }

    /** For so long a worker has to be ready to end a row of failures. */
    private long proof() {
        return policy.recovery().intervalMax().toNanos();
    }

    /** What time alone does. */
    private void elapse(long now) {
        wakes.due(now).forEach(slot -> fleet.touch(fleet.get(slot)));
        waitlist.becomeDue(now).forEach(slot -> fleet.touch(fleet.get(slot)));
        elapseTouched(now);
        replacements.advance(now);
        milestones.reached();
        elapseTouched(now);
        shutdown.elapse(now);
        elapseTouched(now);
    }

    private void elapseTouched(long now) {
        if (seen != stop.phase()) {
            seen = stop.phase();
            fleet.in(Group.OCCUPIED).forEach(fleet::touch);
        }
        for (Optional<Slot> slot = nextTouched(); slot.isPresent(); slot = nextTouched()) {
            lookAt(slot.get(), now);
        }
    }

    private Optional<Slot> nextTouched() {
        Optional<Slot> slot = fleet.nextTouched();
        if (slot.isEmpty() && stop.replaces() && fleet.any(Group.SURPLUS_READY) && fleet.everyKept(Group.KEPT_READY)) {
            fleet.in(Group.SURPLUS_READY).forEach(fleet::touch);
            slot = fleet.nextTouched();
        }
        return slot;
    }

    private void lookAt(Slot slot, long now) {
        // Nothing happens to a process that has ended, though that is learnt late.
        if (slot.content() instanceof Worker worker && !worker.isZombie()) {
            elapse(slot, worker, now);
            if (!(worker.state() instanceof Worker.Starting)) {
                limiter.over(worker);
            }
        }
        waitlist.changed(slot, now);
        wakes.set(slot.place, ageing.wakeAt(slot));
        acting.add(slot.place);
    }

    private Optional<Action> workerAction() {
        Optional<Integer> gone = fleet.nextGone();
        if (gone.isPresent()) {
            recycling.forget(gone.get());
            return gone.map(Action.Forget::new);
        }
        while (!acting.isEmpty()) {
            Optional<Action> action =
                    fleet.get(acting.first()).content() instanceof Worker worker ? worker.next() : Optional.empty();
            if (action.isPresent()) {
                return action;
            }
            acting.pollFirst();
        }
        return Optional.empty();
    }

    private Optional<Action> startAction(long now) {
        boolean room = limiter.hasRoom(now);
        Optional<Integer> unmeasured = limiter.nextToMeasure();
        if (unmeasured.isPresent()) {
            return unmeasured.map(Action.MeasureStart::new);
        }
        Optional<Slot> first = waitlist.first().filter(any -> room).map(fleet::get);
        first.ifPresent(slot -> slot.transition(new Slot.Spawning(((Slot.Waiting) slot.content()).start())));
        return first.map(slot -> {
            Slot.Start start = slot.spawning().start();
            return new Action.Spawn(slot.place, slot.number(), start.version(), start.reason());
        });
    }

    private Optional<Action> queueAction(long now) {
        Optional<Action> action = stop.queueAction(now);
        if (action.isEmpty() && stop.replaces() && !measuring && watch.asksQueue() && fleet.any(Group.SUSPECT)) {
            measuring = true;
            return Optional.of(new Action.MeasureQueue(false));
        }
        return action;
    }

    /** What time alone does to a worker. */
    private void elapse(Slot slot, Worker worker, long now) {
        if (worker.state() instanceof Ending ending) {
            termination.abandons(worker, ending, now).ifPresent(abandoned -> {
                leftovers.leaveOut(worker.pid);
                survived(abandoned.survivor(), now);
                slot.transition(Slot.EMPTY);
            });
        } else if (ageing.makesReady(slot, worker, now)) {
            ready(worker, now);
        } else {
            ageing.elapse(slot, worker, now);
        }
    }

    private void started(Slot slot, int pid, long now) {
        Slot.Start start = slot.spawning().start();
        Worker worker = new Worker(slot.number(), pid, start, now);
        slot.transition(worker);
        limiter.began(worker);
        tell(new Report.WorkerStarted(worker.slot, pid, start.reason(), start.replaces()));
        milestones.reached();
        if (stop.phase() == StopPhase.ENDING) {
            // Asked for before the stop, answered after it.
            termination.ask(worker, "the master is stopping", now);
        } else if (slot.role == Slot.Role.ANNEX && !replacements.isOnItsWay(slot)) {
            termination.ask(worker, "no longer needed", now);
        }
    }

    private void notStarted(Slot slot, String reason, long now) {
        Slot.Start start = slot.spawning().start();
        tell(new Report.WorkerNotStarted(slot.number(), reason));
        slot.transition(Slot.EMPTY);
        String how = "worker " + slot.number() + " could not be started: " + reason;
        history.add(how, Optional.empty(), now);
        if (start.reason().replaces()) {
            replacements.failed(slot, how, false, now);
            refill(slot, start, now);
        } else {
            failed(slot, start, false, now);
        }
    }

    private void ready(Worker worker, long now) {
        if (worker.state() instanceof Worker.Starting) {
            worker.become(new Worker.Ready(now, now, false));
            worker.home().noteReady();
            limiter.ready(worker);
            recycling.ready(worker, now);
            tell(new Report.WorkerReady(worker.slot, worker.pid, now - worker.startedAt));
            milestones.reached();
        }
    }

    private void measured(int connections, long now) {
        measuring = false;
        fleet.workers(Group.SUSPECT).forEach(worker -> {
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
        fleet.want(to, new Slot.Start(StartReason.BOOT, rollout.good()), now);
        replacements.scaled(from, to);
        tell(new Report.Scaled(from, to, why));
        for (int number = Math.min(from, to); number < Math.max(from, to); number++) {
            Slot slot = fleet.get(number);
            if (fleet.isSurplus(slot) && slot.content() instanceof Slot.Waiting) {
                slot.transition(Slot.EMPTY);
            } else if (!fleet.isSurplus(slot) && !slot.isOccupied()) {
                fill(slot, now);
            }
        }
        milestones.reached();
    }

    private void fill(Slot slot, long now) {
        if (slot.content() instanceof Slot.Spawning spawning) {
            Slot.Start start = spawning.start();
            slot.transition(new Slot.Spawning(
                    start.reason().replaces() ? start : new Slot.Start(StartReason.SCALE, start.version())));
        } else {
            await(slot, replacements.startIn(slot).orElse(new Slot.Start(StartReason.SCALE, rollout.good())), now);
        }
    }

    /** After a replacement that failed where it was to serve: at once, by what is known to be good. */
    private void refill(Slot slot, Slot.Start failed, long now) {
        if (stop.replaces() && fleet.isKept(slot)) {
            await(slot, new Slot.Start(StartReason.RECOVER, failed.replaces(), rollout.good()), now);
        }
    }

    private void await(Slot slot, Slot.Start start, long dueAt) {
        slot.transition(new Slot.Waiting(dueAt, start));
        replacements.filled(slot);
    }

    private void reload(Event.ReloadAsked asked, long now) {
        if (stop.begun()) {
            tell(new Report.ReloadRefused(asked.why() + ": not reloading, a stop has begun"));
        } else {
            replacements.reload(asked, now);
        }
    }

    private void reaped(Worker worker, Event.Reaped reaped, long now) {
        limiter.over(worker);
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
            Slot slot = worker.home();
            slot.transition(Slot.EMPTY);
            Slot.Start next = new Slot.Start(StartReason.RECOVER, OptionalInt.of(worker.pid), rollout.good());
            if (worker.isReplacement()) {
                String failure = "worker " + worker.slot + " (pid " + worker.pid + ") " + exit;
                replacements.failed(slot, failure, reaped.excused(), now);
            }
            if (worker.isReplacement() || reaped.excused()) {
                refill(slot, next, now);
            } else {
                failed(slot, next, worker.servedFor(proof(), now), now);
            }
        } else if (reaped.groupLeft()) {
            worker.leftItsGroup();
        } else {
            emptied(worker, now);
        }
    }

    /** A worker that was asked to go is gone, with all its group. By now its place may be wanted again. */
    private void emptied(Worker worker, long now) {
        Slot slot = worker.home();
        slot.transition(Slot.EMPTY);
        if (stop.replaces() && fleet.isKept(slot)) {
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
        if (!fleet.isKept(slot)) {
            return;
        }
        long delay = backoff.delay(failures);
        await(slot, next, now + delay);
        if (delay > 0) {
            tell(new Report.RecoveryDelayed(slot.number(), failures, delay));
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
