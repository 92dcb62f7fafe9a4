package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A supervisor on the bench: a hand-driven clock, a spawner that counts pids up from 100, and a record of all it does. */
final class Bench {
    final List<Report> reports = new ArrayList<>();
    final List<Action.SignalGroup> signals = new ArrayList<>();
    final List<Integer> sessionsAsked = new ArrayList<>();
    final List<Integer> spawnedSlots = new ArrayList<>();
    final List<Action.Spawn> spawns = new ArrayList<>();
    final List<Integer> reaped = new ArrayList<>();
    final List<Integer> takenOver = new ArrayList<>();

    /** How much had been reported before each of these was told to take over. */
    final List<Integer> reportedBefore = new ArrayList<>();

    Optional<Outcome> finished = Optional.empty();
    Supervisor supervisor;
    long now = 1_000_000_000L;

    private int nextPid = 100;
    private Optional<String> refusal = Optional.empty();
    private final List<Action.Spawn> held = new ArrayList<>();
    private boolean holds;
    private WaitStatus reapStatus = new WaitStatus.Exited(0);
    private boolean groupLeft;
    private boolean outOfMemory;
    private boolean excused;

    /** How many connections wait whenever somebody looks. */
    int queue;

    /** Whether looking at the queue is answered at all. */
    boolean queueIsMeasured = true;

    int measurements;
    boolean acceptingStopped;
    final List<Integer> dumps = new ArrayList<>();

    /** What is found of processes that workers left behind. */
    final List<Adopted> adopted = new ArrayList<>();

    /** Of which workers it was asked what their starts cost, and what became of them for good. */
    final List<Integer> startsMeasured = new ArrayList<>();

    final List<Integer> forgotten = new ArrayList<>();
    private Optional<Event.StartMeasured> startCost = Optional.empty();

    final List<Action.SignalAdopted> adoptedSignals = new ArrayList<>();
    int looks;

    /** Whether the memory carries one more, and how often that was asked. */
    boolean room = true;

    int roomMeasurements;

    Bench(Policy policy) {
        supervisor = new Supervisor(policy, () -> 0.0, now);
    }

    static Bench started(Policy policy) {
        Bench bench = new Bench(policy);
        bench.run();
        return bench;
    }

    static Bench allReady(Policy policy) {
        Bench bench = started(policy);
        for (int slot = 0; slot < policy.workers().initial(); slot++) {
            bench.tell(new Event.ReadyNotified(bench.pid(slot)));
        }
        return bench;
    }

    static Policy policy(int workers) {
        return new Policy(
                workers,
                new Policy.Recovery(OptionalInt.empty(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(30)),
                new Policy.Starting(Duration.ofSeconds(60), Readiness.notification(), workers),
                new Policy.Stopping(Duration.ZERO, Duration.ofSeconds(20)));
    }

    static Policy withThreshold(Policy p, int threshold, Duration window) {
        return with(
                p,
                new Policy.Recovery(
                        OptionalInt.of(threshold),
                        window,
                        p.recovery().interval(),
                        p.recovery().intervalMax()));
    }

    static Policy withInterval(Policy p, Duration interval, Duration max) {
        return with(
                p, new Policy.Recovery(p.recovery().threshold(), p.recovery().window(), interval, max));
    }

    private static Policy with(Policy p, Policy.Recovery recovery) {
        return new Policy(p.workers(), recovery, p.starting(), p.stopping(), p.watchdog());
    }

    static Policy withReadiness(Policy p, Readiness readiness) {
        return withStarting(
                p,
                new Policy.Starting(
                        p.starting().timeout(), readiness, p.starting().atOnce()));
    }

    static Policy withAtOnce(Policy p, int atOnce) {
        return withStarting(
                p, new Policy.Starting(p.starting().timeout(), p.starting().readiness(), atOnce));
    }

    static Policy withYoung(Policy p, int atOnce, int young) {
        return withStarting(
                p, new Policy.Starting(p.starting().timeout(), p.starting().readiness(), atOnce, young));
    }

    private static Policy withStarting(Policy p, Policy.Starting starting) {
        return new Policy(p.workers(), p.recovery(), starting, p.stopping(), p.watchdog());
    }

    static Policy withStopping(Policy p, Duration drainDelay, Duration grace) {
        Policy.Stopping stopping = new Policy.Stopping(drainDelay, grace);
        return new Policy(p.workers(), p.recovery(), p.starting(), stopping, p.watchdog());
    }

    static Policy withStopSignal(Policy p, Signal signal) {
        Policy.Stopping stopping =
                new Policy.Stopping(p.stopping().drainDelay(), p.stopping().gracePeriod(), signal);
        return new Policy(p.workers(), p.recovery(), p.starting(), stopping, p.watchdog());
    }

    static Policy withWatchdog(Policy p, Policy.Watchdog watchdog) {
        return new Policy(p.workers(), p.recovery(), p.starting(), p.stopping(), Optional.of(watchdog));
    }

    static Policy withLeast(Policy p, int least) {
        return new Policy(
                new Policy.Workers(p.workers().initial(), least, p.workers().most()),
                p.recovery(),
                p.starting(),
                p.stopping(),
                p.watchdog());
    }

    static Policy withReplacing(Policy p, Policy.Replacing replacing) {
        Policy.Workers w = p.workers();
        return new Policy(
                new Policy.Workers(w.initial(), w.least(), w.most(), replacing),
                p.recovery(),
                p.starting(),
                p.stopping(),
                p.watchdog());
    }

    Bench tell(Event event) {
        supervisor.on(event, now);
        return run();
    }

    Bench pass(Duration time) {
        now += time.toNanos();
        return run();
    }

    /** So much time, and what a second look takes. */
    Bench passAndLookAgain(Duration time) {
        return pass(time).pass(SecondLook.PAUSE);
    }

    /** From now on every spawn fails for this reason. */
    Bench refuseSpawns(String reason) {
        refusal = Optional.of(reason);
        return this;
    }

    /** From now on spawns are answered later. */
    Bench holdSpawns() {
        holds = true;
        return this;
    }

    /** Those that were held are answered now, and others at once. */
    Bench answerSpawns() {
        holds = false;
        held.forEach(spawn -> supervisor.on(new Event.Spawned(spawn.place(), nextPid++), now));
        held.clear();
        return run();
    }

    Bench allowSpawns() {
        refusal = Optional.empty();
        return this;
    }

    /** From now on each start that is looked at has cost so much. */
    Bench answerStarts(long cpuNanos, boolean atRest) {
        startCost = Optional.of(new Event.StartMeasured(0, cpuNanos, atRest));
        return this;
    }

    /** The process ends and is reaped with this status. */
    Bench end(int pid, WaitStatus status) {
        reapStatus = status;
        return tell(new Event.Ended(pid));
    }

    /** The kernel kills it for want of memory. */
    Bench killForMemory(int slot) {
        return endForMemory(slot, new WaitStatus.Signaled(Signal.KILL.number(), false));
    }

    /** The same, with a status of its own. */
    Bench endForMemory(int slot, WaitStatus status) {
        outOfMemory = true;
        end(pid(slot), status);
        outOfMemory = false;
        return this;
    }

    Bench crash(int slot) {
        return end(pid(slot), new WaitStatus.Signaled(Signal.KILL.number(), false));
    }

    /** The same, and the way in which it was started is to blame. */
    Bench crashExcused(int slot) {
        return endExcused(pid(slot), new WaitStatus.Signaled(Signal.KILL.number(), false));
    }

    /** The same, of any worker. */
    Bench endExcused(int pid, WaitStatus status) {
        excused = true;
        end(pid, status);
        excused = false;
        return this;
    }

    /** The process ends while others of its group go on. */
    Bench endLeavingGroup(int pid, WaitStatus status) {
        groupLeft = true;
        end(pid, status);
        groupLeft = false;
        return this;
    }

    /** Of the worker that was started last. */
    int lastPid() {
        return nextPid - 1;
    }

    int pid(int slot) {
        return snapshot().workers().get(slot).pid().orElseThrow();
    }

    Snapshot snapshot() {
        return supervisor.snapshot(now);
    }

    <T extends Report> List<T> reports(Class<T> type) {
        return reports.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<Action.SignalGroup> takeSignals() {
        List<Action.SignalGroup> taken = List.copyOf(signals);
        signals.clear();
        return taken;
    }

    Bench run() {
        for (Optional<Action> action = supervisor.next(now); action.isPresent(); action = supervisor.next(now)) {
            perform(action.get());
        }
        return this;
    }

    private void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            spawnedSlots.add(spawn.slot());
            spawns.add(spawn);
            if (holds) {
                held.add(spawn);
                return;
            }
            Event answer = refusal.isPresent()
                    ? new Event.SpawnFailed(spawn.place(), refusal.get())
                    : new Event.Spawned(spawn.place(), nextPid++);
            supervisor.on(answer, now);
        } else if (action instanceof Action.MeasureStart measure) {
            startsMeasured.add(measure.pid());
            startCost.ifPresent(
                    cost -> supervisor.on(new Event.StartMeasured(measure.pid(), cost.cpuNanos(), cost.atRest()), now));
        } else if (action instanceof Action.Forget forget) {
            forgotten.add(forget.pid());
        } else if (action instanceof Action.TakeOver takeOver) {
            takenOver.add(takeOver.pid());
            reportedBefore.add(reports.size());
        } else if (action instanceof Action.SignalGroup signal) {
            signals.add(signal);
        } else if (action instanceof Action.AskSession ask) {
            sessionsAsked.add(ask.pid());
        } else if (action instanceof Action.Dump dump) {
            dumps.add(dump.pid());
        } else if (action instanceof Action.StopAccepting) {
            acceptingStopped = true;
        } else if (action instanceof Action.MeasureRoom) {
            roomMeasurements++;
            supervisor.on(new Event.RoomMeasured(room), now);
        } else if (action instanceof Action.MeasureQueue) {
            measurements++;
            if (queueIsMeasured) {
                supervisor.on(new Event.QueueMeasured(queue), now);
            }
        } else if (action instanceof Action.Reap reap) {
            reaped.add(reap.pid());
            supervisor.on(new Event.Reaped(reap.pid(), reapStatus, groupLeft, outOfMemory, excused), now);
        } else if (action instanceof Action.FindAdopted) {
            looks++;
            supervisor.on(new Event.AdoptedFound(adopted), now);
        } else if (action instanceof Action.SignalAdopted signal) {
            adoptedSignals.add(signal);
        } else if (action instanceof Action.Tell tell) {
            // Whoever is told may look.
            supervisor.snapshot(now);
            reports.add(tell.report());
        } else if (action instanceof Action.Finish finish) {
            finished = Optional.of(finish.outcome());
        }
    }
}
