package dev.prefork.supervise;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** Which workers are to be replaced because they are old, or were asked for: each once, in the order in which that came up. */
final class Recycling {
    private static final int MOST_DOUBLINGS = 6;

    private final PolicyInForce policy;
    private final Fleet fleet;
    private final DoubleSupplier random;
    private final Consumer<Report> tell;

    /** Of their lives, by pid. */
    private final Timetable ends = new Timetable();

    /** Of whom it has been told. */
    private final Set<Integer> known = new HashSet<>();

    private final Set<Integer> due = new LinkedHashSet<>();

    /** After a failure. */
    private OptionalLong notBefore = OptionalLong.empty();

    private int failures;

    /** @param random numbers in [0, 1) */
    Recycling(PolicyInForce policy, Fleet fleet, DoubleSupplier random, Consumer<Report> tell) {
        this.policy = policy;
        this.fleet = fleet;
        this.random = random;
        this.tell = tell;
    }

    /** It serves from now on; workers that were started together are not to be replaced together. */
    void ready(Worker worker, long now) {
        Policy.Replacing rules = policy.replacing();
        rules.lifetime().ifPresent(lifetime -> {
            double jitter =
                    (2 * random.getAsDouble() - 1) * rules.lifetimeJitter().toNanos();
            ends.set(worker.pid, now + Math.max(0, lifetime.toNanos() + (long) jitter));
        });
    }

    /** It is to be replaced. */
    void ask(Worker worker, String why) {
        if (known.add(worker.pid)) {
            ends.set(worker.pid, Timetable.NEVER);
            due.add(worker.pid);
            tell.accept(new Report.RecycleAsked(worker.slot, worker.pid, why));
        }
    }

    /** What time alone does. */
    void elapse(long now) {
        for (int pid : ends.due(now)) {
            fleet.find(pid).filter(worker -> !worker.isEnding()).ifPresent(this::askOld);
        }
    }

    /** Unless there is no such rule any more. */
    private void askOld(Worker worker) {
        policy.replacing()
                .lifetime()
                .ifPresent(lifetime -> ask(worker, "it has reached its lifetime of " + lifetime.toSeconds() + " s"));
    }

    /** The next one whose turn it is. */
    Optional<Worker> first(long now) {
        return isPaused(now)
                ? Optional.empty()
                : due.stream()
                        .flatMap(pid -> fleet.find(pid).stream())
                        .filter(this::canBe)
                        .findFirst();
    }

    private boolean canBe(Worker worker) {
        return !worker.isEnding() && !worker.isZombie() && fleet.isKept(worker.home());
    }

    /** Its replacement has begun, for this or another reason. */
    void took(Worker worker) {
        due.remove(worker.pid);
    }

    /** What has begun there is over without having replaced the worker. */
    void gaveUp(Slot target) {
        if (target.content() instanceof Worker worker && known.contains(worker.pid)) {
            due.add(worker.pid);
        }
    }

    /** A replacement has failed: the next one waits, and longer with each failure in a row. */
    void failed(long now) {
        long pause = Policy.Replacing.RETRY.toNanos() << Math.min(failures, MOST_DOUBLINGS);
        notBefore = OptionalLong.of(now + pause);
        failures++;
    }

    /** A replacement serves. */
    void succeeded() {
        failures = 0;
    }

    /** Nothing is left of it. */
    void forget(int pid) {
        known.remove(pid);
        due.remove(pid);
        ends.set(pid, Timetable.NEVER);
    }

    /** When time alone makes one due. */
    long next(long now) {
        return Math.min(ends.next(), isPaused(now) && !due.isEmpty() ? notBefore.getAsLong() : Timetable.NEVER);
    }

    private boolean isPaused(long now) {
        return notBefore.isPresent() && now - notBefore.getAsLong() < 0;
    }
}
