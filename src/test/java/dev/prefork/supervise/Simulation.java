package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One random schedule: a supervisor against simulated processes that become ready or do not, crash, hang, ignore TERM,
 * leave children behind, and signals that come at any time. Every rule is checked after every step against a model that
 * shares no code with the supervisor.
 */
final class Simulation {
    private static final long MILLI = 1_000_000L;

    /** How long a killed process takes to become a zombie, at most. */
    private static final long DEATH = 10 * MILLI;

    private final Random random;
    private final Policy policy;
    private final Supervisor supervisor;
    private final PriorityQueue<Happening> future = new PriorityQueue<>();
    private final Map<Integer, Process> processes = new HashMap<>();
    private final Deque<Long> modelExits = new ArrayDeque<>();
    private final boolean[] everReady;
    private final List<String> trace = new ArrayList<>();
    private long now;
    private long sequence;
    private int nextPid = 1000;
    private int firstStarted;
    private int firstReady;
    private boolean modelOver;
    private Outcome modelOutcome;
    private long stopBeganAt = -1;
    private Optional<Outcome> finished = Optional.empty();

    /** A simulated process group: its leader, and perhaps others. */
    private static final class Process {
        final int pid;
        final int slot;
        boolean ended;
        boolean reaped;
        boolean groupAlive;
        boolean ready;
        boolean asked;
        WaitStatus status = new WaitStatus.Exited(0);

        Process(int pid, int slot) {
            this.pid = pid;
            this.slot = slot;
        }
    }

    private record Happening(long at, long sequence, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    /** Ways in which the world can lie to the supervisor, to prove that the invariants notice. */
    enum Flaw {
        NONE,
        /** No end of a process is ever told. */
        FORGETS_AN_EXIT,
        /** Exits are told that never happened. */
        MISCOUNTS
    }

    private final Flaw flaw;

    Simulation(long seed) {
        this(seed, Flaw.NONE);
    }

    Simulation(long seed, Flaw flaw) {
        this.flaw = flaw;
        random = new Random(seed);
        policy = randomPolicy();
        everReady = new boolean[policy.workers()];
        now = random.nextInt(1_000_000);
        supervisor = new Supervisor(policy, random::nextDouble, now);
    }

    /** Runs it to its end; what was done, line by line. */
    String run() {
        int signals = random.nextInt(4);
        for (int i = 0; i < signals; i++) {
            later(random.nextInt(200_000) * MILLI, () -> supervisor.on(new Event.StopAsked("SIGTERM"), now));
        }
        if (random.nextInt(8) == 0) {
            later(random.nextInt(100_000) * MILLI, () -> hookFails());
        }
        for (int steps = 0; steps < 400 && finished.isEmpty(); steps++) {
            settle();
            advance();
        }
        if (finished.isEmpty()) {
            supervisor.on(new Event.StopAsked("the schedule is over"), now);
            while (finished.isEmpty()) {
                settle();
                advance();
            }
        }
        check(processes.values().stream().allMatch(p -> p.reaped), "every spawned pid is reaped exactly once");
        check(processes.values().stream().noneMatch(p -> p.groupAlive), "no process of a worker is left");
        check(supervisor.next(now).isEmpty(), "nothing is left to do after the end");
        return String.join("\n", trace);
    }

    private Policy randomPolicy() {
        Duration window = random.nextInt(3) == 0 ? Duration.ZERO : Duration.ofSeconds(1 + random.nextInt(60));
        Readiness readiness =
                switch (random.nextInt(3)) {
                    case 0 -> Readiness.notification();
                    case 1 -> Readiness.after(Duration.ofMillis(random.nextInt(5000)));
                    default -> Readiness.automatic();
                };
        return new Policy(
                1 + random.nextInt(5),
                random.nextInt(6),
                window,
                Duration.ofMillis(random.nextInt(3) * random.nextInt(2000)),
                Duration.ofMillis(2000 + random.nextInt(30_000)),
                Duration.ofMillis(500 + random.nextInt(20_000)),
                Duration.ofMillis(random.nextInt(20_000)),
                readiness);
    }

    /** Lets the supervisor do all it wants at this moment. */
    private void settle() {
        for (Optional<Action> action = supervisor.next(now); action.isPresent(); action = supervisor.next(now)) {
            trace.add(now + " " + action.get());
            perform(action.get());
            checkNow();
        }
        checkQuiet();
    }

    /** To the next happening, or to where the supervisor wants to be woken. */
    private void advance() {
        if (finished.isPresent()) {
            return;
        }
        OptionalLong left = supervisor.timeLeft(now);
        long wake = left.isPresent() ? now + left.getAsLong() : Long.MAX_VALUE;
        long next = future.isEmpty() ? Long.MAX_VALUE : future.peek().at();
        check(
                wake != Long.MAX_VALUE
                        || next != Long.MAX_VALUE
                        || !supervisor.snapshot(now).stopping(),
                "a stop ends");
        now = Math.min(wake, next) == Long.MAX_VALUE ? now + MILLI : Math.max(now, Math.min(wake, next));
        while (!future.isEmpty() && future.peek().at() <= now) {
            future.poll().what().run();
        }
    }

    private void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            spawn(spawn.slot());
        } else if (action instanceof Action.SignalGroup signal) {
            signal(signal.pid(), signal.signal());
        } else if (action instanceof Action.Reap reap) {
            reap(reap.pid());
        } else if (action instanceof Action.Finish finish) {
            check(finished.isEmpty(), "the end is said once");
            check(finish.outcome() == modelOutcome, "outcome " + finish.outcome() + ", expected " + modelOutcome);
            finished = Optional.of(finish.outcome());
        } else if (action instanceof Action.Tell tell) {
            told(tell.report());
        }
    }

    private void spawn(int slot) {
        check(stopBeganAt < 0, "nothing is started once the stop has begun");
        if (random.nextInt(12) == 0) {
            modelFailure();
            supervisor.on(new Event.SpawnFailed(slot, "EAGAIN"), now);
            return;
        }
        Process process = new Process(nextPid++, slot);
        processes.put(process.pid, process);
        live(process);
        supervisor.on(new Event.Spawned(slot, process.pid), now);
    }

    private void live(Process process) {
        if (random.nextInt(4) != 0) {
            later(random.nextInt(8000) * MILLI, () -> say(new Event.ReadyNotified(process.pid)));
        }
        if (random.nextInt(3) == 0) {
            later(random.nextInt(60_000) * MILLI, () -> end(process, randomEnd()));
        }
        if (random.nextInt(20) == 0) {
            later(random.nextInt(30_000) * MILLI, () -> say(new Event.StoppingNotified(process.pid)));
        }
    }

    private WaitStatus randomEnd() {
        return random.nextBoolean() ? new WaitStatus.Exited(random.nextInt(3)) : new WaitStatus.Signaled(11, false);
    }

    private void say(Event event) {
        // A datagram may arrive after its sender's end: the supervisor has to cope, so it is delivered regardless.
        supervisor.on(event, now);
    }

    private void signal(int pid, Signal signal) {
        Process process = processes.get(pid);
        check(process != null, "only workers are signalled");
        check(!process.reaped || process.groupAlive, "no signal to a reaped pid " + pid);
        process.asked |= signal == Signal.TERM;
        if (signal == Signal.KILL) {
            process.groupAlive = false;
            later(random.nextLong(DEATH), () -> end(process, new WaitStatus.Signaled(9, false)));
            if (process.reaped) {
                later(random.nextLong(DEATH), () -> supervisor.on(new Event.GroupGone(pid), now));
            }
        } else if (random.nextInt(4) != 0) {
            later(random.nextInt(10_000) * MILLI, () -> end(process, new WaitStatus.Exited(143)));
        }
    }

    private void end(Process process, WaitStatus status) {
        if (!process.ended) {
            process.ended = true;
            process.status = status;
            process.groupAlive = random.nextInt(5) == 0;
            if (flaw != Flaw.FORGETS_AN_EXIT) {
                supervisor.on(new Event.Ended(process.pid), now);
            }
        }
    }

    private void reap(int pid) {
        Process process = processes.get(pid);
        check(process.ended && !process.reaped, "only an ended process is reaped, and once: " + pid);
        process.reaped = true;
        if (!process.asked) {
            modelFailure();
        }
        supervisor.on(new Event.Reaped(pid, process.status, process.groupAlive), now);
        if (process.groupAlive && random.nextInt(3) != 0) {
            later(random.nextInt(30_000) * MILLI, () -> {
                process.groupAlive = false;
                supervisor.on(new Event.GroupGone(pid), now);
            });
        }
    }

    private void hookFails() {
        if (finished.isEmpty()) {
            supervisor.on(new Event.Failed("hook"), now);
        }
    }

    /** The threshold's rule, by a list of all exits. */
    private void modelFailure() {
        if (flaw == Flaw.MISCOUNTS) {
            return;
        }
        modelExits.addLast(now);
        long window = policy.recoverWindow().toNanos();
        long inside = modelExits.stream()
                .filter(at -> window == 0 || now - at < window)
                .count();
        modelOver |= stopBeganAt < 0 && inside > policy.recoverThreshold();
    }

    private void told(Report report) {
        if (report instanceof Report.WorkerReady ready) {
            Process process = processes.get(ready.pid());
            check(!process.ready, "ready is told once for " + ready.pid());
            process.ready = true;
            everReady[ready.slot()] = true;
        } else if (report instanceof Report.FirstGenerationStarted) {
            check(++firstStarted == 1, "the first generation is started once");
        } else if (report instanceof Report.FirstGenerationReady) {
            check(++firstReady == 1, "the first generation is ready once");
        } else if (report instanceof Report.StopBegan began) {
            check(stopBeganAt < 0, "the stop begins once");
            stopBeganAt = now;
            modelOutcome = began.outcome();
            checkOutcome(began.outcome());
        }
    }

    private void checkOutcome(Outcome outcome) {
        boolean byThreshold = outcome == Outcome.OVER_RECOVERY || outcome == Outcome.NEVER_READY;
        check(byThreshold == modelOver, "the threshold fires exactly when the rule says: " + outcome);
        if (byThreshold) {
            boolean allReady = true;
            for (boolean ready : everReady) {
                allReady &= ready;
            }
            check((outcome == Outcome.OVER_RECOVERY) == allReady, "outcome by readiness: " + outcome);
        }
    }

    private void checkNow() {
        long live = processes.values().stream().filter(p -> !p.ended).count();
        check(live <= policy.workers(), "never more live workers than desired: " + live);
        long deadline = policy.shutdownGracePeriod().toNanos() + Supervisor.KILL_PATIENCE.toNanos();
        check(stopBeganAt < 0 || now - stopBeganAt <= deadline, "a stop ends inside its deadline");
    }

    /** What holds whenever the supervisor has nothing left to do at this moment. */
    private void checkQuiet() {
        check(!modelOver || stopBeganAt >= 0, "the threshold fires when the rule says");
        Snapshot snapshot = supervisor.snapshot(now);
        check(snapshot.stopping() == (stopBeganAt >= 0), "the snapshot knows of the stop");
        for (Snapshot.Worker worker : snapshot.workers()) {
            boolean occupied = worker.pid().isPresent();
            check(occupied == worker.state().isPresent(), "a pid has a state");
            check(occupied || snapshot.stopping() || worker.backoffNanos() > 0, "an empty slot waits to be filled");
            check(worker.backoffNanos() <= policy.recoverIntervalMax().toNanos(), "no wait beyond the maximum");
        }
    }

    private void later(long delay, Runnable what) {
        future.add(new Happening(now + delay, sequence++, what));
    }

    private void check(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError(
                    invariant + "\npolicy " + policy + "\nnow " + now + "\n" + String.join("\n", trace));
        }
    }
}
