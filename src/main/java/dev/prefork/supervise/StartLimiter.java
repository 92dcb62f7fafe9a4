package dev.prefork.supervise;

import java.time.Duration;

/**
 * How many workers may be on their way at once: a crowd of them would keep each other from ever being ready. And how long
 * one on its way may take.
 */
final class StartLimiter {
    private final Policy.Starting rules;
    private final Fleet fleet;

    StartLimiter(Policy.Starting rules, Fleet fleet) {
        this.rules = rules;
        this.fleet = fleet;
    }

    /** Whether one more may be started. */
    boolean hasRoom(long now) {
        return fleet.all()
                        .filter(slot -> slot.content() instanceof Slot.Spawning || isBusy(slot.content(), now))
                        .limit(rules.atOnce())
                        .count()
                < rules.atOnce();
    }

    private boolean isBusy(Slot.Content content, long now) {
        return content instanceof Worker worker
                && worker.state() instanceof Worker.Starting
                && now - worker.startedAt < busyFor();
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

    /** When time alone does something to a starting worker, or to those that wait for its place. */
    long remaining(Worker worker, long now) {
        long age = now - worker.startedAt;
        boolean othersWait = fleet.all().anyMatch(slot -> slot.content() instanceof Slot.Waiting);
        long room = age < busyFor() && othersWait ? busyFor() : Long.MAX_VALUE;
        long alive = rules.readiness().aliveFor().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        long sooner = Math.min(alive, room);
        return Math.min(worker.look.dueAt(dueAt(worker)) - now, sooner == Long.MAX_VALUE ? sooner : sooner - age);
    }

    private long dueAt(Worker worker) {
        return worker.startedAt + rules.timeout().toNanos();
    }

    private long busyFor() {
        return rules.readiness().busyFor(rules.timeout()).toNanos();
    }
}
