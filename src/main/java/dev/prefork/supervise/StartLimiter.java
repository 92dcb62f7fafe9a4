package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How many workers may be on their way at once: a crowd of them would keep each other from ever being ready. And how long
 * one on its way may take. One that is missing is held up by others that are missing alone: requests wait for it, and for none of those
 * that are replaced or stand by.
 */
final class StartLimiter {
    private final PolicyInForce policy;
    private final Fleet fleet;
    private final StartCost cost = new StartCost();

    /** Those that keep all others from starting, in the order of their own starts. */
    private final NavigableSet<Worker> missing = workers();

    /** The same; these keep only others from starting that yield as they do. */
    private final NavigableSet<Worker> yielding = workers();

    private final Deque<Integer> unmeasured = new ArrayDeque<>();

    StartLimiter(PolicyInForce policy, Fleet fleet) {
        this.policy = policy;
        this.fleet = fleet;
    }

    private static NavigableSet<Worker> workers() {
        return new TreeSet<>(
                Comparator.<Worker>comparingLong(worker -> worker.startedAt).thenComparingInt(worker -> worker.pid));
    }

    Policy.Starting rules() {
        return policy.starting();
    }

    void began(Worker worker) {
        worker.startsWithin(rules().timeout());
        (worker.home().yields() ? yielding : missing).add(worker);
    }

    /** It is on its way, but may be in another place than before. */
    void moved(Worker worker) {
        NavigableSet<Worker> left = worker.home().yields() ? missing : yielding;
        if (left.remove(worker)) {
            (left == missing ? yielding : missing).add(worker);
        }
    }

    /** It is no longer on its way. */
    void over(Worker worker) {
        missing.remove(worker);
        yielding.remove(worker);
    }

    /** It is ready, and what that took can be seen. */
    void ready(Worker worker) {
        unmeasured.add(worker.pid);
    }

    /** Whether one more may be started, in this place. */
    boolean hasRoom(Slot slot, long now) {
        forgetAged(missing, now);
        forgetAged(yielding, now);
        boolean all = slot.yields();
        int spawning = fleet.count(Group.SPAWNING) - (all ? 0 : fleet.count(Group.SPAWNING_YIELDING));
        return spawning + missing.size() + (all ? yielding.size() : 0) < atOnce()
                && (!minds() || spawning + young(slot, now).count() < rules().young());
    }

    /** Whether it matters how young those are: not any more once starts are seen to be cheap. */
    private boolean minds() {
        return rules().young() < rules().atOnce() && atOnce() == rules().atOnce();
    }

    private Stream<Worker> young(Slot slot, long now) {
        return Stream.concat(missing.stream(), slot.yields() ? yielding.stream() : Stream.empty())
                .filter(worker -> grownAt(worker) - now > 0);
    }

    private static long grownAt(Worker worker) {
        return worker.startedAt + Policy.Starting.YOUTH.toNanos();
    }

    private void forgetAged(NavigableSet<Worker> busy, long now) {
        while (now - agedAt(busy) >= 0 && !busy.isEmpty()) {
            unmeasured.add(busy.pollFirst().pid);
        }
    }

    /** When time alone makes room; {@link Timetable#NEVER} if it does not. */
    long roomAt(Slot slot, long now) {
        long grown = minds()
                ? young(slot, now).mapToLong(StartLimiter::grownAt).min().orElse(Timetable.NEVER)
                : Timetable.NEVER;
        long aged = slot.yields() ? Math.min(agedAt(missing), agedAt(yielding)) : agedAt(missing);
        return Math.min(aged, grown);
    }

    /** When the oldest of those on their way does not count any more. */
    private long agedAt(NavigableSet<Worker> busy) {
        return busy.isEmpty() ? Timetable.NEVER : busy.first().startedAt + busyFor();
    }

    private int atOnce() {
        return cost.atOnce(rules().atOnce());
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
        return over && cost.learns(start.cpuNanos(), rules().atOnce())
                ? Optional.of(new Report.StartsAreCheap(start.cpuNanos(), atOnce()))
                : Optional.empty();
    }

    /** Whether a starting worker has lived for long enough to count as ready. */
    boolean isProvenByAge(Worker worker, long now) {
        return now - provenAt(worker) >= 0;
    }

    /** A standby has to say so: one that is merely alive may have begun to accept. */
    private long provenAt(Worker worker) {
        return rules().readiness()
                .aliveFor()
                .filter(time -> !worker.isStandby())
                .map(time -> worker.startedAt + time.toNanos())
                .orElse(Timetable.NEVER);
    }

    /** Whether a starting worker has taken too long. */
    boolean isOverdue(Worker worker, long now) {
        return worker.look.confirms(dueAt(worker), worker.startTimeout(), now);
    }

    /** When time alone does something to a starting worker. */
    long wakeAt(Worker worker) {
        return Math.min(worker.look.dueAt(dueAt(worker)), provenAt(worker));
    }

    private static long dueAt(Worker worker) {
        return worker.startedAt + worker.startTimeout().toNanos();
    }

    private long busyFor() {
        return rules().readiness().busyFor(rules().timeout()).toNanos();
    }
}
