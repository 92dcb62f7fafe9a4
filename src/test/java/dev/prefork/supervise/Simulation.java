package dev.prefork.supervise;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One random schedule: a supervisor against simulated processes that become ready or do not, crash, hang, fall silent, run
 * out of memory, ignore TERM, leave children behind; connections that queue; and signals that come at any time. Every
 * rule of the {@link Rulebook} is checked after every step.
 */
final class Simulation {
    private static final long MILLI = 1_000_000L;

    /** How long a killed process takes to become a zombie, at most. */
    private static final long DEATH = 10 * MILLI;

    private final Random random;
    private final Policy policy;
    private final Supervisor supervisor;
    private final Rulebook rules;
    private final PriorityQueue<Happening> future = new PriorityQueue<>();
    private final List<String> trace = new ArrayList<>();
    private final Flaw flaw;
    private long now;
    private long sequence;
    private int nextPid = 1000;
    private int version;
    private int queue;
    private long stalledSince;
    private Optional<Outcome> finished = Optional.empty();

    private record Happening(long at, long sequence, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    Simulation(long seed) {
        this(seed, Flaw.NONE);
    }

    Simulation(long seed, Flaw flaw) {
        this.flaw = flaw;
        random = new Random(seed);
        policy = randomPolicy();
        rules = new Rulebook(policy, trace);
        now = random.nextInt(1_000_000);
        stalledSince = now;
        queue = random.nextInt(40);
        supervisor = new Supervisor(flaw.applyTo(policy), random::nextDouble, now);
    }

    /** Runs it to its end; what was done, line by line. */
    String run() {
        int signals = random.nextInt(4);
        for (int i = 0; i < signals; i++) {
            boolean serveOn = random.nextBoolean();
            long at = random.nextInt(200_000) * MILLI;
            later(at, () -> stop("a signal", serveOn));
            if (random.nextBoolean()) {
                later(at + random.nextInt(1500) * MILLI, () -> stop("its double", !serveOn));
            }
        }
        for (int scalings = random.nextInt(5); scalings > 0; scalings--) {
            later(random.nextInt(100_000) * MILLI, this::scale);
        }
        for (int reloads = random.nextInt(4); reloads > 0; reloads--) {
            later(random.nextInt(100_000) * MILLI, this::reload);
        }
        for (int recycles = random.nextInt(4); recycles > 0; recycles--) {
            later(random.nextInt(100_000) * MILLI, this::recycle);
        }
        if (policy.watchdog().isPresent()) {
            later(random.nextInt(1000) * MILLI, this::lookForStalls);
        }
        if (random.nextInt(8) == 0) {
            later(random.nextInt(100_000) * MILLI, this::fail);
        }
        for (int steps = 0; steps < 400 && finished.isEmpty(); steps++) {
            settle();
            advance();
        }
        if (finished.isEmpty()) {
            stop("the schedule is over", random.nextBoolean());
            while (finished.isEmpty()) {
                settle();
                advance();
            }
        }
        rules.check(supervisor.next(now).isEmpty(), "nothing is left to do after the end");
        return String.join("\n", trace);
    }

    private Policy randomPolicy() {
        Duration window = random.nextInt(3) == 0 ? Duration.ZERO : Duration.ofSeconds(1 + random.nextInt(60));
        Readiness readiness =
                switch (random.nextInt(5)) {
                    case 0 -> Readiness.notification();
                    case 1 -> Readiness.after(Duration.ofMillis(random.nextInt(5000)));
                    case 2 -> Readiness.answering();
                    case 3 -> Readiness.unseen();
                    default -> Readiness.automatic();
                };
        int workers = 1 + random.nextInt(5);
        OptionalInt threshold = random.nextInt(4) == 0 ? OptionalInt.empty() : OptionalInt.of(random.nextInt(6));
        return new Policy(
                new Policy.Workers(
                        workers,
                        1 + random.nextInt(workers),
                        workers + random.nextInt(4),
                        randomReplacing(),
                        Math.max(0, random.nextInt(5) - 2)),
                new Policy.Recovery(
                        threshold,
                        window,
                        Duration.ofMillis(random.nextInt(3) * random.nextInt(2000)),
                        Duration.ofMillis(2000 + random.nextInt(30_000))),
                new Policy.Starting(
                        Duration.ofMillis(500 + random.nextInt(20_000)),
                        readiness,
                        1 + random.nextInt(3),
                        1 + random.nextInt(3)),
                new Policy.Stopping(
                        Duration.ofMillis(random.nextInt(2) * random.nextInt(10_000)),
                        Duration.ofMillis(random.nextInt(20_000))),
                randomWatchdog());
    }

    private Policy.Replacing randomReplacing() {
        int surge = random.nextInt(3);
        boolean asks = random.nextInt(3) == 0;
        Optional<Duration> lifetime = random.nextInt(4) == 0
                ? Optional.of(Duration.ofMillis(2000 + random.nextInt(40_000)))
                : Optional.empty();
        return new Policy.Replacing(
                asks ? Policy.Pace.WITH_ROOM : new Policy.Pace(surge, (surge == 0 ? 1 : 0) + random.nextInt(2), false),
                Duration.ofMillis(random.nextInt(2) * random.nextInt(5000)),
                lifetime,
                Duration.ofMillis(random.nextInt(2000)));
    }

    private Optional<Policy.Watchdog> randomWatchdog() {
        if (random.nextBoolean()) {
            return Optional.empty();
        }
        OptionalInt limit = random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(20));
        return Optional.of(
                new Policy.Watchdog(Duration.ofMillis(1000 + random.nextInt(5000)), random.nextBoolean(), limit));
    }

    /** Lets the supervisor do all it wants at this moment. */
    private void settle() {
        for (Optional<Action> action = supervisor.next(now); action.isPresent(); action = supervisor.next(now)) {
            trace.add(now + " " + action.get());
            perform(action.get());
            rules.inTime(now);
        }
        rules.quiet(supervisor.snapshot(now), now);
    }

    /** To the next happening, or to where the supervisor wants to be woken. */
    private void advance() {
        if (finished.isPresent()) {
            return;
        }
        OptionalLong left = supervisor.timeLeft(now);
        rules.check(left.isEmpty() || left.getAsLong() > 0, "nothing is due when all is settled");
        long wake = left.isPresent() ? now + left.getAsLong() : Long.MAX_VALUE;
        long next = future.isEmpty() ? Long.MAX_VALUE : future.peek().at();
        boolean something = wake != Long.MAX_VALUE || next != Long.MAX_VALUE;
        rules.check(something || !supervisor.snapshot(now).stopping(), "a stop ends");
        now = something ? Math.max(now, Math.min(wake, next)) : now + MILLI;
        while (!future.isEmpty() && future.peek().at() <= now) {
            future.poll().what().run();
        }
    }

    private void perform(Action action) {
        if (action instanceof Action.Spawn spawn) {
            spawn(spawn);
        } else if (action instanceof Action.MeasureStart measure) {
            measureStart(measure.pid());
        } else if (action instanceof Action.Forget forget) {
            rules.forget(forget.pid());
        } else if (action instanceof Action.TakeOver takeOver) {
            takeOver(takeOver.pid());
        } else if (action instanceof Action.SignalGroup signal) {
            signal(signal.pid(), signal.signal());
        } else if (action instanceof Action.AskSession ask) {
            rules.askSession(ask.pid());
        } else if (action instanceof Action.Dump dump) {
            rules.dump(dump.pid());
        } else if (action instanceof Action.Reap reap) {
            reap(reap.pid());
        } else if (action instanceof Action.StopAccepting) {
            rules.refuse(now);
        } else if (action instanceof Action.MeasureRoom) {
            measureRoom();
        } else if (action instanceof Action.MeasureQueue measure) {
            rules.measuring(measure.closing());
            measure();
        } else if (action instanceof Action.FindAdopted) {
            rules.looking();
            List<Adopted> told = flaw == Flaw.HIDES_LEFTOVERS ? List.of() : List.copyOf(rules.adopted());
            supervisor.on(new Event.AdoptedFound(told), now);
        } else if (action instanceof Action.SignalAdopted signal) {
            signal(signal.process(), signal.signal());
        } else if (action instanceof Action.Finish finish) {
            rules.check(finished.isEmpty(), "the end is said once");
            rules.finish(finish.outcome());
            finished = Optional.of(finish.outcome());
        } else if (action instanceof Action.Tell tell) {
            boolean hidden = flaw == Flaw.HIDES_TAKEOVERS && tell.report() instanceof Report.StandbyTookOver;
            if (!hidden) {
                rules.told(tell.report(), now);
            }
        }
    }

    private void takeOver(int pid) {
        if (flaw != Flaw.LOSES_TAKEOVERS) {
            rules.standbys().takeOver(rules.process(pid));
        }
        if (flaw == Flaw.REPEATS_TAKEOVERS) {
            rules.standbys().takeOver(rules.process(pid));
        }
    }

    private void spawn(Action.Spawn spawn) {
        boolean yielding = rules.processes().stream().anyMatch(p -> !p.ended && !p.ready && StartRules.yields(p));
        if (flaw == Flaw.HOLDS_UP_RECOVERY && spawn.reason() == StartReason.RECOVER && yielding) {
            return;
        }
        rules.spawn(spawn, now);
        int mixed = flaw == Flaw.MIXES_VERSIONS ? Math.max(0, spawn.version() - 1) : spawn.version();
        Action.Spawn started = new Action.Spawn(spawn.place(), spawn.slot(), mixed, spawn.reason());
        SimulatedProcess process = new SimulatedProcess(nextPid++, started, supervisor.servesIn(spawn.place()), now);
        if (random.nextInt(12) == 0) {
            if (!process.isReplacement && !process.isStandby) {
                failure();
            }
            supervisor.on(new Event.SpawnFailed(spawn.place(), "EAGAIN"), now);
            return;
        }
        rules.spawned(process);
        supervisor.on(new Event.Spawned(spawn.place(), process.pid), now);
        live(process);
    }

    /** Most cost little; of some it cannot be seen. */
    private void measureStart(int pid) {
        if (random.nextInt(5) != 0) {
            long cost = (random.nextInt(4) == 0 ? 10 + random.nextInt(3000) : 10 + random.nextInt(300)) * MILLI;
            Event.StartMeasured start = new Event.StartMeasured(pid, cost, random.nextBoolean());
            rules.starts().measured(start);
            supervisor.on(flaw == Flaw.HIDES_COSTS ? new Event.StartMeasured(pid, MILLI, true) : start, now);
        }
    }

    private void live(SimulatedProcess process) {
        process.stuck = random.nextInt(25) == 0;
        if (random.nextInt(4) != 0) {
            boolean says = process.isStandby ? random.nextInt(12) != 0 : random.nextBoolean();
            Event ready = says ? new Event.ReadyNotified(process.pid) : new Event.ReadyProbed(process.pid);
            later(random.nextInt(8000) * MILLI, () -> {
                process.saidReady |= ready instanceof Event.ReadyNotified;
                process.probed |= ready instanceof Event.ReadyProbed;
                tell(ready);
            });
        }
        if (process.isStandby && flaw == Flaw.WARMS_STANDBYS_EARLY) {
            later(MILLI, () -> tell(new Event.ReadyNotified(process.pid)));
        }
        if (random.nextInt(3) == 0) {
            later(random.nextInt(60_000) * MILLI, () -> end(process, randomEnd(process)));
        }
        if (random.nextInt(20) == 0) {
            later(random.nextInt(30_000) * MILLI, () -> tell(process.saysStopping()));
        }
        SimulatedHealth.of(process.pid, random).forEach((at, event) -> later(at, () -> tell(process.says(event, now))));
        if (policy.watchdog().isPresent()) {
            process.beats = random.nextInt(3) != 0;
            process.computes = random.nextInt(3) == 0;
            if (random.nextInt(4) == 0) {
                later(random.nextInt(30_000) * MILLI, () -> process.silent = true);
            }
            beat(process);
        }
    }

    /** A sign of life now, and another well before the limit, until it falls silent. */
    private void beat(SimulatedProcess process) {
        if (process.ended || process.silent || !process.beats || finished.isPresent()) {
            return;
        }
        process.lastBeat = now;
        if (flaw != Flaw.LOSES_BEATS) {
            supervisor.on(new Event.WatchdogNotified(process.pid), now);
        }
        later(policy.watchdog().orElseThrow().limit().toNanos() / 2, () -> beat(process));
    }

    /** About once a second: what waits, and what the workers did; now and then one accepts, or the master is late. */
    private void lookForStalls() {
        if (finished.isPresent()) {
            return;
        }
        long gap = (900 + random.nextInt(300)) * MILLI;
        if (random.nextInt(12) == 0) {
            stalledSince = now;
        }
        Map<Integer, Long> user = new HashMap<>();
        for (SimulatedProcess process : rules.processes()) {
            if (process.computes && random.nextBoolean()) {
                process.user += gap;
                process.lastWork = now;
            }
            process.computes ^= random.nextInt(20) == 0;
            user.put(process.pid, flaw == Flaw.HIDES_WORK ? 0 : process.user);
        }
        boolean empty = random.nextInt(20) == 0;
        stalledSince = empty ? now : stalledSince;
        long told = now - stalledSince + (flaw == Flaw.EXAGGERATES_STALLS ? now : 0);
        rules.stalled(stalledSince);
        tell(new Event.StallsMeasured(
                empty ? List.of() : List.of(new Event.Stall("http", OptionalInt.empty(), 1 + random.nextInt(20), told)),
                user));
        later(gap, this::lookForStalls);
    }

    private WaitStatus randomEnd(SimulatedProcess process) {
        return switch (random.nextInt(4)) {
            case 0 -> new WaitStatus.Exited(random.nextInt(3));
            case 1 -> new WaitStatus.Signaled(11, false);
            default -> {
                process.outOfMemory |= !process.ended && random.nextBoolean();
                yield new WaitStatus.Signaled(9, false);
            }
        };
    }

    /** A datagram may arrive after its sender's end: the supervisor has to cope, so it is delivered regardless. */
    private void tell(Event event) {
        if (finished.isEmpty()) {
            supervisor.on(event, now);
        }
    }

    private void stop(String why, boolean serveOn) {
        if (finished.isEmpty()) {
            rules.asked(serveOn, now);
            supervisor.on(new Event.StopAsked(why, serveOn), now);
        }
    }

    private void fail() {
        rules.failed();
        tell(new Event.Failed("hook"));
    }

    private void reload() {
        tell(new Event.ReloadAsked(++version, "SIGHUP"));
    }

    /** Any worker may ask, and any may be asked about. */
    private void recycle() {
        rules.processes().stream()
                .filter(process -> !process.reaped)
                .skip(random.nextInt(3))
                .findFirst()
                .ifPresent(process -> recycle(process, random.nextInt(3) != 0));
    }

    /** One that asks by itself may go before it is replaced. */
    private void recycle(SimulatedProcess process, boolean itself) {
        process.askedItself |= itself && !process.stopping;
        process.askedFor |= !itself;
        boolean told = itself && flaw != Flaw.FORGETS_WHO_ASKED;
        tell(process.toBeReplaced(told, !itself && random.nextInt(3) == 0));
        if (itself && random.nextBoolean()) {
            later(random.nextInt(60_000) * MILLI, () -> end(process, new WaitStatus.Exited(0)));
        }
    }

    private void scale() {
        tell(
                random.nextBoolean()
                        ? new Event.ScaleAsked(random.nextInt(5) - 2, "a signal")
                        : new Event.ScaleSet(1 + random.nextInt(8), "the limits"));
    }

    private void measureRoom() {
        boolean room = random.nextBoolean();
        rules.replacements().measured(room);
        boolean told = room || flaw == Flaw.HIDES_WANT_OF_MEMORY;
        if (random.nextBoolean()) {
            answerRoom(told);
        } else {
            later(random.nextInt(50) * MILLI, () -> answerRoom(told));
        }
    }

    private void answerRoom(boolean room) {
        rules.replacements().answered();
        tell(new Event.RoomMeasured(room));
    }

    /** Whoever serves has accepted some since the last look. */
    private void measure() {
        boolean served = rules.processes().stream().anyMatch(SimulatedProcess::serves);
        queue = supervisor.snapshot(now).stop().compareTo(StopPhase.EMPTYING) >= 0
                ? Math.max(0, queue - (served ? random.nextInt(10) : 0))
                : random.nextInt(40);
        int told = flaw == Flaw.HIDES_THE_QUEUE ? 0 : queue;
        rules.measured(queue);
        supervisor.on(new Event.QueueMeasured(told), now);
    }

    private void signal(int pid, Signal signal) {
        rules.signal(pid, signal, now);
        SimulatedProcess process = rules.process(pid);
        if (signal == Signal.KILL) {
            process.groupAlive = false;
            long death = process.stuck ? 3000 * MILLI + random.nextLong(30_000 * MILLI) : random.nextLong(DEATH);
            later(death, () -> end(process, new WaitStatus.Signaled(9, false)));
            if (process.reaped) {
                later(random.nextLong(DEATH), () -> tell(new Event.GroupGone(pid)));
            }
        } else if (random.nextInt(4) != 0) {
            later(random.nextInt(10_000) * MILLI, () -> end(process, new WaitStatus.Exited(143)));
        }
    }

    private void signal(Adopted process, Signal signal) {
        rules.signal(process, signal);
        if (signal == Signal.KILL || random.nextBoolean()) {
            later(random.nextLong(signal == Signal.KILL ? DEATH : 3000 * MILLI), () -> {
                rules.adopted().remove(process);
                if (random.nextInt(4) == 0) {
                    rules.adopted().add(new Adopted(nextPid++, "its child"));
                }
            });
        }
    }

    private void end(SimulatedProcess process, WaitStatus status) {
        if (!process.ended) {
            process.ended = true;
            process.status = status;
            process.groupAlive = random.nextInt(5) == 0;
            if (flaw != Flaw.FORGETS_AN_EXIT) {
                tell(new Event.Ended(process.pid));
            }
        }
    }

    private void reap(int pid) {
        SimulatedProcess process = rules.process(pid);
        if (flaw == Flaw.MISCOUNTS) {
            process.sentTerm = true;
        }
        boolean excused = !process.ready && random.nextInt(15) == 0;
        rules.reap(pid, excused, now);
        if (process.leftAsAsked) {
            trace.add(now + " that had asked to be replaced: " + pid);
        }
        if (random.nextInt(10) == 0) {
            rules.adopted().add(new Adopted(nextPid++, "a daemon"));
        }
        supervisor.on(new Event.Reaped(pid, process.status, process.groupAlive, process.outOfMemory, excused), now);
        if (process.groupAlive && random.nextInt(3) != 0) {
            later(random.nextInt(30_000) * MILLI, () -> {
                process.groupAlive = false;
                tell(new Event.GroupGone(pid));
            });
        }
    }

    private void failure() {
        if (flaw != Flaw.MISCOUNTS) {
            rules.failure(now);
        }
    }

    private void later(long delay, Runnable what) {
        future.add(new Happening(now + delay, sequence++, what));
    }
}
