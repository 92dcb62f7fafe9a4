package dev.prefork.supervise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;

/** The part of the {@link Rulebook} about how many workers may be on their way at once. */
final class StartRules {
    private static final long MILLI = 1_000_000L;

    private final Rulebook book;
    private final Policy policy;
    private final Collection<SimulatedProcess> processes;
    private final Deque<Long> startCosts = new ArrayDeque<>();

    StartRules(Rulebook book, Policy policy, Collection<SimulatedProcess> processes) {
        this.book = book;
        this.policy = policy;
        this.processes = processes;
    }

    /** What a start has cost was told. */
    void measured(Event.StartMeasured start) {
        SimulatedProcess process = book.process(start.pid());
        book.check(!process.reaped, "only of a worker that is there it is looked at what its start cost");
        if ((process.ready || process.warm) && !process.stopping || start.atRest()) {
            startCosts.addLast(start.cpuNanos());
        }
    }

    /** So many that the last eight starts, all as costly as the worst of them, would take half a second of each processor. */
    private long allowedAtOnce() {
        int least = policy.starting().atOnce();
        long worst = startCosts.stream()
                .skip(Math.max(0, startCosts.size() - 8))
                .mapToLong(Long::longValue)
                .max()
                .orElse(Long.MAX_VALUE);
        return Math.max(least, least * 500 * MILLI / worst);
    }

    /** Whether no more may be started, of those that yield to others or of those that do not: to these the others do not count. */
    boolean full(boolean yielding, long now) {
        long allowed = allowedAtOnce();
        boolean minds = allowed == policy.starting().atOnce();
        return booting(yielding, busyFor(), now) >= allowed
                || minds
                        && booting(yielding, Policy.Starting.YOUTH.toNanos(), now)
                                >= policy.starting().young();
    }

    /** How many are on their way that began not longer ago than that. */
    private long booting(boolean yielding, long span, long now) {
        return processes.stream()
                .filter(p -> yielding || !yields(p))
                .filter(p ->
                        !p.ended && !p.ready && !p.warm && !p.stopping && now - p.spawnedAt < Math.min(span, busyFor()))
                .count();
    }

    /** Whether it is no place of one that serves in which it starts. */
    static boolean yields(SimulatedProcess process) {
        return process.isBeside || process.isStandby;
    }

    private long busyFor() {
        Optional<Duration> aliveFor = policy.starting().readiness().aliveFor();
        return aliveFor.isPresent() ? 100 * MILLI : policy.starting().timeout().toNanos();
    }
}
