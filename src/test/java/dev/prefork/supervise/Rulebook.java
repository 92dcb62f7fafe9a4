package dev.prefork.supervise;

import dev.prefork.os.Signal;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules that a supervisor must keep in every schedule, checked against a model that shares no code with it: a list of
 * all processes, of all exits, and of what was said.
 */
final class Rulebook {
    private static final long MILLI = 1_000_000L;

    private final Policy policy;
    private final Map<Integer, SimulatedProcess> processes = new HashMap<>();
    private final Deque<Long> exits = new ArrayDeque<>();
    private final Set<Integer> everReady = new HashSet<>();
    private final Set<Adopted> adopted = new LinkedHashSet<>();
    private final Map<Adopted, Set<Signal>> adoptedSent = new HashMap<>();
    private final ReplacementRules replacement;
    private final StandbyRules standby;
    private final StartRules starts;
    private final List<String> trace;
    private int desired;
    private int firstStarted;
    private int firstReady;
    private boolean overThreshold;
    private boolean refused;
    private boolean hurried;
    private long askedAt = -1;
    private boolean readyBeforeStop;
    private int leftInQueue;
    private boolean serveOn;
    private int lastMeasured = -1;
    private long stopBeganAt = -1;
    private long refusedAt = -1;
    private long stalledSince;
    private Outcome outcome;
    private boolean failed;

    Rulebook(Policy policy, List<String> trace) {
        this.policy = policy;
        this.trace = trace;
        this.desired = policy.workers().initial();
        this.replacement = new ReplacementRules(this, policy, processes.values());
        this.standby = new StandbyRules(this, policy, processes.values());
        this.starts = new StartRules(this, policy, processes.values());
    }

    StartRules starts() {
        return starts;
    }

    StandbyRules standbys() {
        return standby;
    }

    Collection<SimulatedProcess> processes() {
        return processes.values();
    }

    SimulatedProcess process(int pid) {
        return processes.get(pid);
    }

    boolean stopBegan() {
        return stopBeganAt >= 0;
    }

    void spawn(Action.Spawn spawn, long now) {
        replacement.spawn(spawn, desired, stopBegan(), now);
        check(!refused, "nothing is started once new connections are refused");
        standby.spawn(spawn, firstReady > 0, stopBegan(), now);
        if (spawn.place() < SimulatedProcess.FIRST_ANNEX) {
            check(spawn.place() < desired, "only a wanted slot is filled: " + spawn.place());
            check(
                    alive(spawn.place()) <= policy.workers().replacing().surge(),
                    "never more live workers in a slot than it and its replacements: " + spawn.place());
        }
        check(
                !starts.full(spawn.place() >= SimulatedProcess.FIRST_ANNEX, now),
                "never more workers on their way than allowed");
    }

    void spawned(SimulatedProcess process) {
        processes.put(process.pid, process);
    }

    void signal(int pid, Signal signal, long now) {
        SimulatedProcess process = processes.get(pid);
        check(process != null && !process.forgotten, "only workers are signalled");
        check(!process.reaped || process.groupAlive, "no signal to a reaped pid " + pid);
        if (signal == Signal.TERM) {
            check(!process.hung || process.dumped || !dumps(), "a hung worker is asked for its threads first");
            process.sentTerm = true;
        } else if (process.hung && !process.ended) {
            check(
                    process.sentTerm || process.killAsked || stopBegan(),
                    "a hung worker is asked to end before it is killed");
        }
        if (signal == Signal.KILL && !process.ended) {
            process.sentKill = true;
            process.killedAt = now;
        }
    }

    void forget(int pid) {
        SimulatedProcess process = processes.get(pid);
        boolean gone = process.reaped && (!process.groupAlive || !process.asked());
        check(gone || process.sentKill, "a worker is forgotten when nothing is left of it: " + pid);
        check(!process.forgotten, "and once: " + pid);
        process.forgotten = true;
    }

    /** What workers left behind and runs. */
    Set<Adopted> adopted() {
        return adopted;
    }

    void looking() {
        check(stopBegan(), "what workers left behind lives on until a stop");
        check(
                processes.values().stream().allMatch(p -> p.abandoned || p.reaped && !p.groupAlive),
                "workers end before what they left");
    }

    void signal(Adopted process, Signal signal) {
        check(
                adoptedSent.computeIfAbsent(process, any -> new HashSet<>()).add(signal),
                "what a worker left behind is sent a signal once");
    }

    void askSession(int pid) {
        SimulatedProcess process = processes.get(pid);
        check(
                process.reaped && process.groupAlive && process.asked(),
                "only what a stopped worker left is asked: " + pid);
        check(!process.sessionAsked && !process.sentKill, "once, and not when all of it was killed");
        process.sessionAsked = true;
    }

    void dump(int pid) {
        SimulatedProcess process = processes.get(pid);
        check(process.hung && dumps(), "only a hung worker that can is asked for its threads");
        check(!process.reaped && !process.dumped, "once, while it lives");
        process.dumped = true;
    }

    void reap(int pid, boolean excused, long now) {
        SimulatedProcess process = processes.get(pid);
        check(process.ended && !process.reaped, "only an ended process is reaped, and once: " + pid);
        process.reaped = true;
        process.leftAsAsked = process.leavesAsAsked(now);
        boolean excuse = excused || process.leftAsAsked;
        if (!process.asked() && !process.isReplacement && !process.isStandby && !excuse && !process.abandoned) {
            failure(now);
        }
        if (!process.asked()
                && !process.abandoned
                && process.place >= 0
                && process.place < desired
                && !process.isBeside
                && !overThreshold
                && !stopBegan()) {
            standby.missing(process, replacement.good());
        }
        if (process.leftAsAsked && !standby.takesOverFor(process.pid)) {
            replacement.left(process);
        }
    }

    /** The threshold's rule, by a list of all exits. */
    void failure(long now) {
        exits.addLast(now);
        long window = policy.recovery().window().toNanos();
        long inside = exits.stream()
                .filter(at -> window == 0 || firstReady == 0 || now - at < window)
                .count();
        overThreshold |= !stopBegan() && inside > threshold();
    }

    void asked(boolean toServeOn, long now) {
        if (askedAt < 0) {
            askedAt = now;
            serveOn = toServeOn;
        }
        boolean again = now - askedAt >= 1000 * MILLI;
        hurried |= again;
        if (again) {
            // What has said so may not have been reported yet.
            processes.values().stream()
                    .filter(p -> (p.stopping || p.saidStopping) && !p.reaped && !p.overdue && !p.sentKill)
                    .forEach(p -> p.toldToStop = true);
        }
    }

    /** An internal error ends the drain delay, and is the outcome of any stop. */
    void failed() {
        failed = true;
    }

    void refuse(long now) {
        check(stopBegan() && !refused, "new connections are refused once, in a stop");
        refused = true;
        refusedAt = now;
        lastMeasured = -1;
        boolean somebodyServes = processes.values().stream().anyMatch(SimulatedProcess::serves);
        long drained = now - stopBeganAt;
        boolean mustServeOn =
                outcome == Outcome.STOPPED && serveOn && !hurried && !everReady.isEmpty() && somebodyServes;
        boolean tooMany = exits.size() > threshold();
        check(
                !mustServeOn
                        || tooMany
                        || failed
                        || drained >= policy.stopping().drainDelay().toNanos()
                        || !firstReadyToldBefore(),
                "workers serve on for the drain delay: " + drained);
    }

    private boolean firstReadyToldBefore() {
        return firstReady > 0;
    }

    void measuring(boolean closing) {
        check(closing == refused, "what waits is counted for the close only once new connections are refused");
    }

    ReplacementRules replacements() {
        return replacement;
    }

    void measured(int waiting) {
        lastMeasured = waiting;
    }

    void told(Report report, long now) {
        replacement.told(report, desired);
        standby.told();
        if (report instanceof Report.RolloutCompleted completed) {
            replacement.complete(completed, desired);
            standby.complete();
        }
        if (report instanceof Report.StandbyReady ready) {
            standby.ready(processes.get(ready.pid()), now);
        } else if (report instanceof Report.StandbyAccepts accepts) {
            standby.accepts(processes.get(accepts.pid()));
        } else if (report instanceof Report.StandbyTookOver tookOver) {
            check(!stopBegan(), "none takes over once a stop has begun");
            check(tookOver.place() >= 0 && tookOver.place() < desired, "only where one is wanted: " + tookOver);
            standby.tookOver(tookOver, replacement.good(), now);
            everReady.add(tookOver.slot());
        } else if (report instanceof Report.WorkerReady ready) {
            SimulatedProcess process = processes.get(ready.pid());
            check(!process.ready, "ready is told once for " + ready.pid());
            check(!process.isStandby, "a standby is not ready to serve");
            process.ready = true;
            process.readyAt = now;
            process.lastBeat = now;
            everReady.add(ready.slot());
        } else if (report instanceof Report.WorkerStopping stopping) {
            processes.get(stopping.pid()).stopping = true;
            stopping(stopping, now);
        } else if (report instanceof Report.WorkerHung hung) {
            hung(processes.get(hung.pid()), now);
        } else if (report instanceof Report.WorkerStalled stalled) {
            stalled(processes.get(stalled.pid()), stalled, now);
        } else if (report instanceof Report.WorkerKilled killed) {
            processes.get(killed.pid()).toldKilled = true;
        } else if (report instanceof Report.WorkerAbandoned abandoned) {
            abandoned(processes.get(abandoned.pid()), now);
        } else if (report instanceof Report.WorkerExited exited) {
            exited(exited.exit(), processes.get(exited.pid()));
        } else if (report instanceof Report.Scaled scaled) {
            check(!stopBegan(), "the number of workers stays in a stop");
            check(scaled.from() == desired, "scaled from what was wanted");
            desired = scaled.to();
            check(
                    desired >= policy.workers().least()
                            && desired <= policy.workers().most(),
                    "scaled within bounds");
        } else if (report instanceof Report.WorkerTookOver tookOver) {
            SimulatedProcess process = processes.get(tookOver.pid());
            replacement.tookOver(process, now);
            tookOver.from().ifPresent(old -> {
                check(processes.get(old).place == process.place, "it takes the place of the old one: " + tookOver);
                // That is in the annex now.
                processes.get(old).isBeside = true;
            });
        } else if (report instanceof Report.FirstGenerationStarted) {
            check(++firstStarted == 1, "the initial workers are started once");
        } else if (report instanceof Report.FirstGenerationReady) {
            check(++firstReady == 1, "the initial workers are ready once");
        } else if (report instanceof Report.QueueClosed closed) {
            check(closed.left() == lastMeasured && closed.waited() >= closed.left(), "the lost are counted: " + closed);
            leftInQueue = closed.left();
        } else if (report instanceof Report.StopBegan began) {
            check(!stopBegan(), "the stop begins once");
            stopBeganAt = now;
            readyBeforeStop = !everReady.isEmpty();
            outcome = began.outcome();
            checkOutcome(began.outcome());
        }
    }

    private void stopping(Report.WorkerStopping stopping, long now) {
        SimulatedProcess process = processes.get(stopping.pid());
        process.overdue |= stopping.why().startsWith("not ready");
        process.toldToStop |= !process.overdue && !stopping.why().startsWith("worker sent");
        replacement.stopping(process, stopping.why(), desired, now);
        standby.stopping(process, stopping.why(), replacement.good(), now);
        if (stopping.why().startsWith("scaling down")) {
            check(process.place >= desired, "only surplus workers are stopped");
            boolean keptReady = everyKeptReady();
            check(
                    !process.ready || keptReady || process.isBeside,
                    "a ready surplus worker stays until all others are ready");
        } else if (stopping.why().startsWith("the master is stopping")) {
            boolean somebodyServed = process.ready || readyBeforeStop;
            boolean emptied = lastMeasured == 0 || refused && now - refusedAt >= halfGrace();
            check(
                    !somebodyServed || emptied || hurried || halfGrace() == 0 || process.isStandby,
                    "the queue is empty before a worker is stopped");
        }
    }

    private boolean everyKeptReady() {
        for (int slot = 0; slot < desired; slot++) {
            int wanted = slot;
            if (processes.values().stream()
                    .noneMatch(p -> p.place == wanted && p.ready && !p.stopping && !p.reaped && !p.isBeside)) {
                return false;
            }
        }
        return true;
    }

    private void hung(SimulatedProcess process, long now) {
        process.hung = true;
        process.stopping = true;
        Policy.Watchdog watchdog = policy.watchdog().orElseThrow();
        check(process.beats, "only a worker that sends heartbeats is missed");
        check(now - process.lastBeat >= watchdog.limit().toNanos(), "only a silent worker hangs");
        check(watchdog.queue().isEmpty() || lastMeasured > watchdog.queue().getAsInt(), "only while others wait");
    }

    void stalled(long since) {
        stalledSince = since;
    }

    private void stalled(SimulatedProcess process, Report.WorkerStalled report, long now) {
        Policy.Watchdog watchdog = policy.watchdog().orElseThrow();
        long limit = watchdog.limit().toNanos();
        check(!process.beats, "a worker that sends heartbeats is not judged from outside");
        check(!process.isStandby, "one that accepts nothing has nothing to do");
        check(now - stalledSince >= limit, "no worker is replaced for a stall that lasted less");
        check(now - process.lastWork >= limit, "none that progressed is replaced");
        check(report.stall().waiting() > watchdog.queue().orElse(0), "only while others wait");
        check(everyKeptReady(), "one is replaced at a time");
        process.hung = true;
        process.stopping = true;
    }

    private void abandoned(SimulatedProcess process, long now) {
        check(!process.abandoned && !process.ended, "one that has not ended is said to be abandoned once");
        check(
                process.sentKill && now - process.killedAt >= Termination.KILL_PATIENCE.toNanos(),
                "only one that SIGKILL has not ended for long is abandoned");
        process.abandoned = true;
        if (!process.asked() && !process.isReplacement && !process.isStandby) {
            failure(now);
        }
    }

    private void exited(Exit exit, SimulatedProcess process) {
        boolean ours = process.sentKill || process.toldKilled || process.hung;
        check(
                (exit.cause() == Exit.Cause.OOM) == (process.outOfMemory && !ours),
                "out of memory is told as such: " + exit);
        check((exit.cause() == Exit.Cause.WATCHDOG) == process.hung, "a hang is told as such: " + exit);
        check(exit.planned() == (process.asked() || process.leftAsAsked), "planned is what was asked for: " + exit);
    }

    private void checkOutcome(Outcome told) {
        boolean byThreshold = told == Outcome.OVER_RECOVERY || told == Outcome.NEVER_READY;
        check(byThreshold == overThreshold, "the threshold fires exactly when the rule says: " + told);
        if (byThreshold) {
            check((told == Outcome.OVER_RECOVERY) == (firstReady > 0), "outcome by readiness: " + told);
        }
    }

    void inTime(long now) {
        long deadline = policy.stopping().gracePeriod().toNanos()
                + policy.stopping().drainDelay().toNanos()
                + Termination.KILL_PATIENCE.toNanos();
        boolean stuck = processes.values().stream().anyMatch(p -> p.stuck && p.sentKill);
        deadline += stuck ? Leftovers.LAST_PATIENCE.plus(SecondLook.PAUSE).toNanos() : 0;
        check(!stopBegan() || now - stopBeganAt <= deadline, "a stop ends inside its deadline");
    }

    /** What holds whenever the supervisor has nothing left to do at this moment. */
    void quiet(Snapshot snapshot, long now) {
        check(!overThreshold || stopBegan(), "the threshold fires when the rule says");
        check(snapshot.stopping() == stopBegan(), "the snapshot knows of the stop");
        check(
                snapshot.desired() == (refused || snapshot.stop() == StopPhase.ENDING ? 0 : desired)
                        || snapshot.stop() == StopPhase.EMPTYING,
                "the snapshot knows how many are wanted");
        boolean nobody = processes.values().stream().noneMatch(SimulatedProcess::serves);
        check(
                snapshot.startup().noneReadySince().isEmpty() || snapshot.count(WorkerState.READY) == 0,
                "nobody is ready only if nobody is");
        check(!nobody || snapshot.startup().noneReadySince().isPresent(), "the snapshot knows that nobody is ready");
        for (Snapshot.Worker worker : snapshot.workers()) {
            boolean occupied = worker.pid().isPresent();
            check(occupied == worker.state().isPresent(), "a pid has a state");
            check(
                    occupied || snapshot.stopping() || worker.backoffNanos() > 0 || starts.full(false, now),
                    "an empty slot waits to be filled, and that for no replacement nor standby: " + worker);
            check(worker.backoffNanos() <= policy.recovery().intervalMax().toNanos(), "no wait beyond the maximum");
        }
        if (snapshot.stop() == StopPhase.NONE) {
            replacement.quiet(snapshot.rollout(), desired, starts.full(true, now), now);
            standby.quiet(snapshot, replacement.good(), now);
            check(snapshot.started() == (firstReady > 0), "the snapshot knows whether all were ready once");
            check(firstReady > 0 || !everyKeptReady(), "when all are ready for the first time, that is told");
            for (SimulatedProcess process : processes.values()) {
                quiet(process, now);
            }
        }
    }

    private void quiet(SimulatedProcess process, long now) {
        boolean surplus = process.place >= desired && process.serves();
        boolean all = everyKeptReady() && processes.values().stream().noneMatch(p -> p.isReplacement && p.down);
        check(!surplus || !all, "a surplus worker goes when all others are ready");
        if (policy.watchdog().isPresent() && (process.serves() || process.standsBy()) && process.beats) {
            Policy.Watchdog watchdog = policy.watchdog().get();
            boolean overdue = now - process.lastBeat
                    >= watchdog.limit().plus(SecondLook.PAUSE).toNanos();
            check(!overdue || watchdog.queue().isPresent(), "a silent worker is noticed");
        }
    }

    void finish(Outcome told) {
        replacement.finish();
        check(adopted.isEmpty(), "nothing that a worker left behind is left");
        check(refused && lastMeasured == leftInQueue, "who waited in vain is told of: " + lastMeasured);
        boolean left = processes.values().stream().anyMatch(p -> !p.reaped);
        Outcome asked = left && outcome == Outcome.STOPPED ? Outcome.NOT_ENDED : outcome;
        Outcome expected = failed ? Outcome.FAILED : asked;
        check(told == expected, "outcome " + told + ", expected " + expected);
        check(processes.values().stream().allMatch(p -> p.forgotten), "every worker is forgotten");
        check(
                processes.values().stream().allMatch(p -> p.reaped || p.abandoned),
                "every spawned pid is reaped exactly once");
        check(
                processes.values().stream().noneMatch(p -> p.groupAlive && !p.abandoned),
                "no process of a worker is left");
    }

    private long alive(int place) {
        return processes.values().stream()
                .filter(p -> p.place == place && !p.displaced && !p.reaped && !p.abandoned)
                .count();
    }

    private int threshold() {
        return policy.recovery().threshold().orElse(Math.max(1, desired / 2));
    }

    private long halfGrace() {
        return policy.stopping().gracePeriod().toNanos() / 2;
    }

    private boolean dumps() {
        return policy.watchdog().filter(Policy.Watchdog::dumps).isPresent();
    }

    void check(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError(rule + "\npolicy " + policy + "\n" + String.join("\n", trace));
        }
    }
}
