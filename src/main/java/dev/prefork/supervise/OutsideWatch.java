package dev.prefork.supervise;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The watchdog over workers that never send a heartbeat: one hangs that has made no progress for the limit while connections
 * waited. Progress is an accept, by any worker, or CPU time in user mode. Kernel time is none, since a worker that waits in a
 * loop of system calls spends it, and neither is the little that an idle runtime uses for its timers. A worker that was not
 * measured, since it waits for connections on another listener, does not hang.
 *
 * <p>Gives up on one at a time, and not before all others are ready: its successor may be all that is needed.
 * Time is that of the stall alone, which does not advance while the master is stopped; and a verdict needs two measurements.
 */
final class OutsideWatch {
    /** So much of one core, over the limit, is progress; a JVM that only ticks uses some tenths of a percent. */
    private static final int LEAST_PERCENT = 1;

    /** The kernel counts in hundredths of a second. */
    private static final long LEAST = Duration.ofMillis(20).toNanos();

    private final Optional<Policy.Watchdog> rules;
    private Map<Integer, Mark> marks = Map.of();

    /** When a worker last made progress, by the stall's length at that time, and what was known of it then. */
    private record Mark(long stalled, long user, Verdict last) {}

    /**
     * A worker of which nothing has been seen for so long.
     *
     * @param stall on which connections waited meanwhile
     */
    record Verdict(Worker worker, Event.Stall stall, long idle) {}

    OutsideWatch(Optional<Policy.Watchdog> rules) {
        this.rules = rules;
    }

    /** The worker that is to be given up on, if there is one. */
    Optional<Verdict> measured(Event.StallsMeasured event, Fleet fleet) {
        Map<Integer, Mark> now = new HashMap<>();
        if (rules.isPresent()) {
            fleet.workers(Group.READY)
                    .filter(worker -> worker.state() instanceof Worker.Ready && !worker.sendsHeartbeats())
                    .filter(worker -> event.userNanos().containsKey(worker.pid))
                    .forEach(worker -> stallOf(worker, event)
                            .ifPresent(stall -> now.put(
                                    worker.pid,
                                    mark(worker, stall, event.userNanos().get(worker.pid)))));
        }
        Map<Integer, Mark> before = marks;
        marks = now;
        return fleet.everyKept(Group.KEPT_READY)
                ? suspects(now)
                        .filter(verdict -> wasSuspect(before.get(verdict.worker.pid)))
                        .max(Comparator.comparing(Verdict::idle).thenComparing(verdict -> -verdict.worker.slot))
                : Optional.empty();
    }

    private Mark mark(Worker worker, Event.Stall stall, long user) {
        Mark last = marks.get(worker.pid);
        boolean accepted = last == null || last.last.stall.nanos() > stall.nanos();
        // The sum falls when a child of the worker ends and no process waits for it: that is a sign of life as well.
        if (accepted || user < last.user || user - last.user >= leastProgress()) {
            return new Mark(stall.nanos(), user, new Verdict(worker, stall, 0));
        }
        return new Mark(last.stalled, last.user, new Verdict(worker, stall, stall.nanos() - last.stalled));
    }

    private Stream<Verdict> suspects(Map<Integer, Mark> now) {
        return now.values().stream().filter(this::wasSuspect).map(Mark::last);
    }

    private boolean wasSuspect(Mark mark) {
        Policy.Watchdog watchdog = rules.orElseThrow();
        return mark != null
                && mark.last.idle >= watchdog.limit().toNanos()
                && mark.last.stall.waiting() > watchdog.queue().orElse(0);
    }

    private long leastProgress() {
        return Math.max(LEAST, rules.orElseThrow().limit().toNanos() / 100 * LEAST_PERCENT);
    }

    /** The longest of those where it could accept. */
    private static Optional<Event.Stall> stallOf(Worker worker, Event.StallsMeasured event) {
        return event.stalls().stream()
                .filter(stall -> stall.slot().orElse(worker.slot) == worker.slot)
                .max(Comparator.comparing(Event.Stall::nanos));
    }
}
