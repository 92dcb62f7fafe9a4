package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

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
    private final PolicyInForce policy;
    private final Fleet fleet;
    private final Failures failures;
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
    private final Lifecycle lifecycle;
    private final Scaling scaling;
    private final Waitlist waitlist = new Waitlist();
    private final Timetable wakes = new Timetable();
    private final NavigableSet<Integer> acting = new TreeSet<>();
    private final ArrayDeque<Report> untold = new ArrayDeque<>();
    private StopPhase seen = StopPhase.NONE;
    private boolean measuring;

    /** {@code random} gives numbers in [0, 1), for jitter. */
    public Supervisor(Policy first, DoubleSupplier random, long now) {
        PolicyInForce policy = new PolicyInForce(first);
        this.policy = policy;
        LongSupplier proof = () -> policy.recovery().intervalMax().toNanos();
        this.fleet = new Fleet(first.workers(), new Slot.Start(StartReason.BOOT, 0), proof, now);
        this.limiter = new StartLimiter(policy, fleet);
        this.watch = new Watch(first.watchdog());
        this.outside = new OutsideWatch(first.watchdog());
        this.milestones = new Milestones(fleet, this::tell, now);
        this.failures = new Failures(policy, fleet, milestones, random);
        this.shutdown = new Shutdown(policy, fleet, waitlist, failures.meter(), this::tell);
        this.stop = shutdown.stop();
        this.termination = shutdown.termination();
        this.leftovers = shutdown.leftovers();
        this.ageing = new Ageing(fleet, shutdown, limiter, watch);
        this.replacements = new Replacements(policy, fleet, shutdown, random, this::tell);
        this.rollout = replacements.rollout();
        this.recycling = replacements.recycling();
        this.lifecycle = new Lifecycle(fleet, limiter, failures, replacements, this::tell);
        this.scaling = new Scaling(policy, fleet, lifecycle, replacements, this::tell);
    }

    /** What to do next, or nothing until the next event or {@link #timeLeft}. */
    public Optional<Action> next(long now) {
        elapse(now);
        milestones.noteReadiness(now);
        if (fleet.any(Group.TAKING_OVER)) {
            // Requests wait for it: no log line and no meter is to stand between the death of a worker and its standby.
            return fleet.workers(Group.TAKING_OVER).findFirst().map(Worker::nowServes);
        }
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
        if (action.isEmpty()) {
            action = replacements.room().next();
        }
        return action.isPresent() ? action : shutdown.finish(now);
    }

    /** How long nothing happens unless an event comes; empty when nothing will. */
    public OptionalLong timeLeft(long now) {
        // One that is due waits for another's start to be over: that is an event, or that one's own time.
        long room = firstDue()
                .map(slot -> limiter.hasRoom(slot, now) ? now : limiter.roomAt(slot, now))
                .orElse(Timetable.NEVER);
        long moment = Math.min(Math.min(wakes.next(), waitlist.next()), Math.min(replacements.next(now), room));
        long slots = moment == Timetable.NEVER ? moment : moment - now;
        long soonest = Math.min(slots, Math.min(stop.remaining(now), leftovers.remaining(now)));
        return soonest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, soonest));
    }

    /** Takes note of what happened. An event about a process that is not (or no longer) a worker is ignored. */
    public void on(Event event, long now) {
        if (event instanceof Event.Spawned spawned) {
            lifecycle.started(fleet.get(spawned.place()), spawned.pid(), now);
        } else if (event instanceof Event.SpawnFailed failed) {
            lifecycle.notStarted(fleet.get(failed.place()), failed.reason(), now);
        } else if (event instanceof Event.Ended ended) {
            fleet.find(ended.pid()).ifPresent(Worker::ended);
        } else if (event instanceof Event.Reaped reaped) {
            fleet.find(reaped.pid())
                    .filter(worker -> !worker.isLeaderless())
                    .ifPresent(worker -> lifecycle.reaped(worker, reaped, now));
        } else if (event instanceof Event.GroupGone gone) {
            fleet.find(gone.pid()).filter(Worker::isLeaderless).ifPresent(worker -> lifecycle.emptied(worker, now));
        } else if (event instanceof Event.StartMeasured start) {
            limiter.measured(start).ifPresent(this::tell);
        } else if (event instanceof Event.ReadyNotified notified) {
            // A standby has no other way to show it.
            boolean counts = policy.starting().readiness().byNotification();
            fleet.find(notified.pid())
                    .filter(worker -> counts || worker.isStandby())
                    .ifPresent(worker -> lifecycle.ready(worker, now));
        } else if (event instanceof Event.ReadyProbed probed
                && policy.starting().readiness().proof() != Readiness.Proof.NONE) {
            fleet.find(probed.pid()).ifPresent(worker -> probed(worker, now));
        } else if (event instanceof Event.WatchdogNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> worker.heartbeat(now));
        } else if (event instanceof Event.StoppingNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> termination.began(worker, now));
        } else if (event instanceof Event.StatusNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> worker.says(notified.text()));
        } else if (event instanceof Event.HealthNotified notified) {
            fleet.find(notified.pid()).ifPresent(worker -> worker.tellsHealth(notified.down(), now));
        } else if (event instanceof Event.RoomMeasured measured) {
            replacements.room().measured(measured.room());
        } else if (event instanceof Event.QueueMeasured measured) {
            measured(measured.waiting(), now);
        } else if (event instanceof Event.AdoptedFound found) {
            leftovers.found(found.processes(), now).forEach(process -> {
                tell(new Report.AdoptedAbandoned(process));
                stop.survived();
                failures.noteSurvivor(process.toString(), now);
            });
        } else if (event instanceof Event.StallsMeasured measured) {
            outside.measured(measured, fleet)
                    .filter(verdict -> stop.replaces())
                    .ifPresent(verdict -> termination.stalled(verdict, watch.hungSince(now)));
        } else if (event instanceof Event.ScaleAsked asked) {
            scaling.change(asked, now);
            milestones.reached();
        } else if (event instanceof Event.ScaleSet set && set.to() != fleet.desired()) {
            scaling.set(set, now);
            milestones.reached();
        } else if (event instanceof Event.PolicySet set && !stop.begun()) {
            policy.become(set.policy());
            scaling.keepInRange(set.why(), now);
            milestones.reached();
        } else if (event instanceof Event.ReloadAsked asked) {
            reload(asked, now);
        } else if (event instanceof Event.ReloadRefused refused) {
            rollout.refuse(refused.why());
        } else if (event instanceof Event.RecycleAsked asked) {
            fleet.find(asked.pid()).ifPresent(worker -> replacements.recycle(worker, asked, now));
        } else if (event instanceof Event.KillAsked asked) {
            fleet.find(asked.pid()).ifPresent(worker -> termination.kill(worker, asked.why(), now));
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

    /** Whether {@code pid} is a worker on its way out, of which it is only natural that it is not ready. */
    public boolean isStopping(int pid) {
        return fleet.find(pid).filter(Worker::isEnding).isPresent();
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

    /** In which place will serve what is to be started here, if it is ever to. */
    int servesIn(int place) {
        return replacements.servesIn(fleet.get(place));
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
                        failures.threshold(),
                        failures.history(),
                        fleet.rows().longest(now)));
    }

    /** How long the snapshot stays true if no event comes and no action is taken; empty for ever. */
    public OptionalLong snapshotWait(long now) {
        long row = fleet.rows().nextEnd();
        long change = stop.replaces() ? Math.min(row, failures.meter().nextChange()) : Long.MAX_VALUE;
        return change == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, change - now));
    }

    /** What time alone does. */
    private void elapse(long now) {
        wakes.due(now).forEach(slot -> fleet.touch(fleet.get(slot)));
        waitlist.becomeDue(now).forEach(slot -> fleet.touch(fleet.get(slot)));
        do {
            elapseTouched(now);
            replacements.advance(now);
            milestones.reached();
            elapseTouched(now);
            shutdown.elapse(now);
        } while (fleet.anyTouched());
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
            if (worker.state() instanceof Worker.Starting) {
                limiter.moved(worker);
            } else {
                limiter.over(worker);
            }
        }
        replacements.changed(slot);
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
        Optional<Slot> first = firstDue().filter(slot -> limiter.hasRoom(slot, now));
        Optional<Integer> unmeasured = limiter.nextToMeasure();
        if (unmeasured.isPresent()) {
            return unmeasured.map(Action.MeasureStart::new);
        }
        first.ifPresent(slot -> slot.transition(new Slot.Spawning(slot.waiting().start())));
        return first.map(slot -> {
            Slot.Start start = slot.spawning().start();
            return new Action.Spawn(slot.place, slot.number(), start.version(), start.reason());
        });
    }

    private Optional<Slot> firstDue() {
        return waitlist.first().map(fleet::get).filter(slot -> slot.content() instanceof Slot.Waiting);
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
            if (termination.abandons(worker, ending, now)) {
                lifecycle.abandoned(worker, now);
            }
        } else if (ageing.makesReady(slot, worker, now)) {
            lifecycle.ready(worker, now);
        } else {
            ageing.elapse(slot, worker, now);
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

    private void probed(Worker worker, long now) {
        if (!worker.isStandby()) {
            lifecycle.ready(worker, now);
        } else if (policy.starting().readiness().proof() == Readiness.Proof.ACCEPTS) {
            // Other proofs may be another worker's: all have the same listeners.
            replacements.standbys().accepts(worker, now);
        }
    }

    private void reload(Event.ReloadAsked asked, long now) {
        if (stop.begun()) {
            tell(new Report.ReloadRefused(asked.why() + ": not reloading, a stop has begun"));
        } else {
            replacements.reload(asked, now);
        }
    }

    private void tell(Report report) {
        untold.addLast(report);
    }
}
