package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How many workers may be on their way at once: a crowd of them would keep each other from ever being ready. And how long
 * one on its way may take.
 */
final class StartLimiter {
    private final Policy.Starting rules;
    private final Fleet fleet;
    private final StartCost cost = new StartCost();

    /** Those that keep others from starting, in the order of their own starts. */
    private final Set<Worker> busy = new LinkedHashSet<>();

    private final Deque<Integer> unmeasured = new ArrayDeque<>();

    StartLimiter(Policy.Starting rules, Fleet fleet) {
        this.rules = rules;
        this.fleet = fleet;
    }

    Policy.Starting rules() {
        return rules;
    }

    void began(Worker worker) {
        busy.add(worker);
    }

    /** It is no longer on its way. */
    void over(Worker worker) {
        busy.remove(worker);
    }

    /** It is ready, and what that took can be seen. */
    void ready(Worker worker) {
        unmeasured.add(worker.pid);
    }

    /** Whether one more may be started. */
    boolean hasRoom(long now) {
        forgetAged(now);
        int spawning = fleet.count(Group.SPAWNING);
        return spawning + busy.size() < atOnce()
                && (!minds() || spawning + young(now).count() < rules.young());
    }

    /** Whether it matters how young those are: not any more once starts are seen to be cheap. */
    private boolean minds() {
        return rules.young() < rules.atOnce() && atOnce() == rules.atOnce();
    }

    private Stream<Worker> young(long now) {
        return busy.stream().filter(worker -> grownAt(worker) - now > 0);
    }

    private static long grownAt(Worker worker) {
        return worker.startedAt + Policy.Starting.YOUTH.toNanos();
    }

    private void forgetAged(long now) {
        while (now - agedAt() >= 0 && !busy.isEmpty()) {
            Worker aged = busy.iterator().next();
            busy.remove(aged);
            unmeasured.add(aged.pid);
        }
    }

    /** When time alone makes room; {@link Timetable#NEVER} if it does not. */
    long roomAt(long now) {
        long grown =
                minds() ? young(now).mapToLong(StartLimiter::grownAt).min().orElse(Timetable.NEVER) : Timetable.NEVER;
        return Math.min(agedAt(), grown);
    }

    /** When the oldest of those on their way does not count any more. */
    private long agedAt() {
        return busy.isEmpty() ? Timetable.NEVER : busy.iterator().next().startedAt + busyFor();
    }

    private int atOnce() {
        return cost.atOnce(rules.atOnce());
    }

    /** The next worker whose start is to be measured: while others wait, and it is there. */
    Optional<Integer> nextToMeasure() {
        while (!unmeasured.isEmpty() && fleet.any(Group.WAITING)) {
            int pid = unmeasured.removeFirst();
            if (fleet.find(pid).filter(worker -> !worker.isZombie()).isPresent()) {
                return Optional.of(pid);
            }
        }
        unmeasured.clear();
        return Optional.empty();
    }

    /** A start took so much; what to say if that lets more of them begin at once for the first time. */
    Optional<Report> measured(Event.StartMeasured start) {
        // One that is still busy will have taken more by the time it is ready.
        boolean over = start.atRest()
                || fleet.find(start.pid())
                        .filter(worker -> worker.state() instanceof Worker.Ready)
                        .isPresent();
        return over && cost.learns(start.cpuNanos(), rules.atOnce())
                ? Optional.of(new Report.StartsAreCheap(start.cpuNanos(), atOnce()))
                : Optional.empty();
    }

    /** Whether a starting worker has lived for long enough to count as ready. */
    boolean isProvenByAge(Worker worker, long now) {
        return rules.readiness()
                .aliveFor()
                .filter(time -> now - worker.startedAt >= time.toNanos())
                .isPresent();
    }

    /** Whether a starting worker has taken too long. */
    boolean isOverdue(Worker worker, long now) {
        return worker.look.confirms(dueAt(worker), rules.timeout(), now);
    }

    /** When time alone does something to a starting worker. */
    long wakeAt(Worker worker) {
        long proven = rules.readiness()
                .aliveFor()
                .map(time -> worker.startedAt + time.toNanos())
                .orElse(Timetable.NEVER);
        return Math.min(worker.look.dueAt(dueAt(worker)), proven);
    }

    private long dueAt(Worker worker) {
        return worker.startedAt + rules.timeout().toNanos();
    }

    private long busyFor() {
        return rules.readiness().busyFor(rules.timeout()).toNanos();
    }
}
