package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How many workers may be on their way at once: a crowd of them would keep each other from ever being ready. And how long
 * one on its way may take. One that is missing is held up by others that are missing alone: requests wait for it, and for none of those
 * that are replaced.
 */
final class StartLimiter {
    private final PolicyInForce policy;
    private final Fleet fleet;
    private final StartCost cost = new StartCost();

    /** Those that keep all others from starting, in the order of their own starts. */
    private final Set<Worker> missing = new LinkedHashSet<>();

    /** The same; these keep only others from starting that yield as they do. */
    private final Set<Worker> yielding = new LinkedHashSet<>();

    private final Deque<Integer> unmeasured = new ArrayDeque<>();

    StartLimiter(PolicyInForce policy, Fleet fleet) {
        this.policy = policy;
        this.fleet = fleet;
    }

    Policy.Starting rules() {
        return policy.starting();
    }

    void began(Worker worker) {
        worker.startsWithin(rules().timeout());
        (worker.reason.yields() ? yielding : missing).add(worker);
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

    /** Whether one more may be started for this reason. */
    boolean hasRoom(StartReason reason, long now) {
        forgetAged(missing, now);
        forgetAged(yielding, now);
        boolean all = reason.yields();
        int spawning = fleet.count(Group.SPAWNING) - (all ? 0 : fleet.count(Group.SPAWNING_YIELDING));
        return spawning + missing.size() + (all ? yielding.size() : 0) < atOnce()
                && (!minds() || spawning + young(reason, now).count() < rules().young());
    }

    /** Whether it matters how young those are: not any more once starts are seen to be cheap. */
    private boolean minds() {
        return rules().young() < rules().atOnce() && atOnce() == rules().atOnce();
    }

    private Stream<Worker> young(StartReason reason, long now) {
        return Stream.concat(missing.stream(), reason.yields() ? yielding.stream() : Stream.empty())
                .filter(worker -> grownAt(worker) - now > 0);
    }

    private static long grownAt(Worker worker) {
        return worker.startedAt + Policy.Starting.YOUTH.toNanos();
    }

    private void forgetAged(Set<Worker> busy, long now) {
        while (now - agedAt(busy) >= 0 && !busy.isEmpty()) {
            Worker aged = busy.iterator().next();
            busy.remove(aged);
            unmeasured.add(aged.pid);
        }
    }

    /** When time alone makes room; {@link Timetable#NEVER} if it does not. */
    long roomAt(StartReason reason, long now) {
        long grown = minds()
                ? young(reason, now).mapToLong(StartLimiter::grownAt).min().orElse(Timetable.NEVER)
                : Timetable.NEVER;
        long aged = reason.yields() ? Math.min(agedAt(missing), agedAt(yielding)) : agedAt(missing);
        return Math.min(aged, grown);
    }

    /** When the oldest of those on their way does not count any more. */
    private long agedAt(Set<Worker> busy) {
        return busy.isEmpty() ? Timetable.NEVER : busy.iterator().next().startedAt + busyFor();
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
