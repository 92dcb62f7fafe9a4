package dev.prefork.supervise;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** Which workers are to be replaced because they are old, or were asked for: each once, in the order in which that came up. */
final class Recycling {
    private final Policy.Replacing rules;
    private final Fleet fleet;
    private final DoubleSupplier random;
    private final Consumer<Report> tell;

    /** The ends of their lives, and the moments of another attempt, by pid. */
    private final Timetable later = new Timetable();

    /** Of whom it has been told. */
    private final Set<Integer> known = new HashSet<>();

    private final Set<Integer> due = new LinkedHashSet<>();

    /** @param random numbers in [0, 1) */
    Recycling(Policy.Replacing rules, Fleet fleet, DoubleSupplier random, Consumer<Report> tell) {
        this.rules = rules;
        this.fleet = fleet;
        this.random = random;
        this.tell = tell;
    }

    /** It serves from now on; workers that were started together are not to be replaced together. */
    void ready(Worker worker, long now) {
        rules.lifetime().ifPresent(lifetime -> {
            double jitter =
                    (2 * random.getAsDouble() - 1) * rules.lifetimeJitter().toNanos();
            later.set(worker.pid, now + Math.max(0, lifetime.toNanos() + (long) jitter));
        });
    }

    /** It is to be replaced. */
    void ask(Worker worker, String why) {
        if (known.add(worker.pid)) {
            later.set(worker.pid, Timetable.NEVER);
            due.add(worker.pid);
            tell.accept(new Report.RecycleAsked(worker.slot, worker.pid, why));
        }
    }

    /** What time alone does. */
    void elapse(long now) {
        for (int pid : later.due(now)) {
            fleet.find(pid).filter(worker -> !worker.isEnding()).ifPresent(worker -> {
                if (known.contains(pid)) {
                    due.add(pid);
                } else {
                    ask(
                            worker,
                            "it has reached its lifetime of "
                                    + rules.lifetime().orElseThrow().toSeconds() + " s");
                }
            });
        }
    }

    /** The next one whose turn it is. */
    Optional<Worker> first() {
        while (!due.isEmpty()) {
            int pid = due.iterator().next();
            Optional<Worker> worker = fleet.find(pid).filter(this::canBe);
            if (worker.isPresent()) {
                return worker;
            }
            due.remove(pid);
        }
        return Optional.empty();
    }

    private boolean canBe(Worker worker) {
        return !worker.isEnding() && !worker.isZombie() && fleet.isKept(worker.home());
    }

    /** Its replacement has begun. */
    void took(Worker worker) {
        due.remove(worker.pid);
    }

    /** Its replacement has failed; it stays for now. */
    void retry(Slot target, long now) {
        if (target.content() instanceof Worker worker && known.contains(worker.pid)) {
            later.set(worker.pid, now + Policy.Replacing.RETRY.toNanos());
        }
    }

    /** Nothing is left of it. */
    void forget(int pid) {
        known.remove(pid);
        due.remove(pid);
        later.set(pid, Timetable.NEVER);
    }

    /** When time alone makes one due. */
    long next() {
        return later.next();
    }
}
