package dev.prefork.supervise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** Which workers are to be replaced because they are old, or were asked for: each once, in the order in which that came up. */
final class Recycling {
    /**
     * What a worker asks for by itself is heard after it has served for so long, if it is the successor of another: where each asks as soon
     * as it is ready, one would be replaced without end.
     */
    static final Duration LEAST_SERVICE = Duration.ofSeconds(30);

    private static final int MOST_DOUBLINGS = 6;

    private final PolicyInForce policy;
    private final Fleet fleet;
    private final DoubleSupplier random;
    private final Consumer<Report> tell;

    /** Of their lives, by pid. */
    private final Timetable ends = new Timetable();

    /** By which rule that is, which may be another one by then. */
    private final Map<Integer, Duration> lifetimes = new HashMap<>();

    /** When what they have asked for themselves is heard, by pid. */
    private final Timetable asks = new Timetable();

    /** Of whom it has been told. */
    private final Set<Integer> known = new HashSet<>();

    /** Those that have been due, whether or not their replacement has begun. */
    private final Set<Integer> wanted = new HashSet<>();

    private final Set<Integer> due = new LinkedHashSet<>();

    /** The same of those that stood by when it came up. */
    private final Deque<Integer> dueStandbys = new ArrayDeque<>();

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
        standsBy(worker);
        rules.lifetime().ifPresent(lifetime -> {
            double jitter =
                    (2 * random.getAsDouble() - 1) * rules.lifetimeJitter().toNanos();
            ends.set(worker.pid, now + Math.max(0, lifetime.toNanos() + (long) jitter));
            lifetimes.put(worker.pid, lifetime);
        });
    }

    /** It is ready, if only to stand by: what it has asked for while it booted is heard in time. */
    void standsBy(Worker worker) {
        if (worker.hasAsked()) {
            asks.set(worker.pid, worker.servedUntil(leastService(worker)));
        }
    }

    /** It is to be replaced. */
    void ask(Worker worker, String why) {
        note(worker, why);
        makeDue(worker);
    }

    /** The same, because it has asked for it. */
    void askedItself(Worker worker, String why, long now) {
        if (!worker.hasAsked()) {
            worker.asksForReplacement();
            note(worker, why + (isHeard(worker, now) ? "" : waitsFor(worker)));
            asks.set(worker.pid, worker.servedUntil(leastService(worker)));
        }
    }

    /** Whether a request of its own is heard by now. */
    static boolean isHeard(Worker worker, long now) {
        return worker.servedFor(leastService(worker), now);
    }

    private static long leastService(Worker worker) {
        boolean successor = worker.reason == StartReason.RECYCLE || worker.reason == StartReason.STANDBY;
        return successor ? LEAST_SERVICE.toNanos() : 0;
    }

    private static String waitsFor(Worker worker) {
        return leastService(worker) == 0
                ? ", once it is ready"
                : ", once it has served for " + LEAST_SERVICE.toSeconds() + " s";
    }

    private void note(Worker worker, String why) {
        if (known.add(worker.pid)) {
            tell.accept(new Report.RecycleAsked(worker.slot, worker.pid, why));
        }
    }

    private void makeDue(Worker worker) {
        ends.set(worker.pid, Timetable.NEVER);
        asks.set(worker.pid, Timetable.NEVER);
        if (wanted.add(worker.pid)) {
            (worker.isStandby() ? dueStandbys : due).add(worker.pid);
        }
    }

    /** What time alone does. */
    void elapse(long now) {
        for (int pid : ends.due(now)) {
            fleet.find(pid).filter(worker -> !worker.isEnding()).ifPresent(this::askOld);
        }
        for (int pid : asks.due(now)) {
            fleet.find(pid).filter(worker -> !worker.isEnding()).ifPresent(this::makeDue);
        }
    }

    /** Unless there is no such rule any more. */
    private void askOld(Worker worker) {
        if (policy.replacing().lifetime().isPresent()) {
            long lifetime = lifetimes.get(worker.pid).toSeconds();
            ask(worker, "it has reached its lifetime of " + lifetime + " s");
        }
    }

    /** The next one whose turn it is. */
    Optional<Worker> first(long now) {
        if (isPaused(now)) {
            return Optional.empty();
        }
        Iterator<Integer> each = due.iterator();
        while (each.hasNext()) {
            Optional<Worker> worker = fleet.find(each.next());
            if (worker.filter(one -> !one.isEnding() && !one.isZombie()).isEmpty()) {
                // It never is again what could be replaced. Left in, it would be looked at in each step.
                each.remove();
            } else if (fleet.isKept(worker.get().home())) {
                return worker;
            }
        }
        return Optional.empty();
    }

    /** The next that stands by, once: none of them has a turn to wait for. One that has taken over meanwhile has. */
    Optional<Worker> nextStandby() {
        while (!dueStandbys.isEmpty()) {
            int pid = dueStandbys.removeFirst();
            Optional<Worker> worker = fleet.find(pid);
            if (worker.filter(Worker::isStandby).isPresent()) {
                return worker;
            }
            due.add(pid);
        }
        return Optional.empty();
    }

    /** Its replacement has begun, for this or another reason. */
    void took(Worker worker) {
        due.remove(worker.pid);
    }

    /** What has begun there is over without having replaced the worker. */
    void gaveUp(Slot target) {
        if (target.content() instanceof Worker worker && wanted.contains(worker.pid)) {
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
        wanted.remove(pid);
        due.remove(pid);
        lifetimes.remove(pid);
        ends.set(pid, Timetable.NEVER);
        asks.set(pid, Timetable.NEVER);
    }

    /** When time alone makes one due. */
    long next(long now) {
        long retry = isPaused(now) && !due.isEmpty() ? notBefore.getAsLong() : Timetable.NEVER;
        return Math.min(Math.min(ends.next(), asks.next()), retry);
    }

    private boolean isPaused(long now) {
        return notBefore.isPresent() && now - notBefore.getAsLong() < 0;
    }
}
