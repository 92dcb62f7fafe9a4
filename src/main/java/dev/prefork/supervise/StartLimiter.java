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
        long busy = fleet.all()
                .filter(slot -> slot.phase == Slot.Phase.SPAWNING
                        || slot.phase == Slot.Phase.STARTING && now - slot.startedAt < busyFor())
                .count();
        return busy < rules.atOnce();
    }

    /** Whether a starting worker has lived for long enough to count as ready. */
    boolean isProvenByAge(Slot slot, long now) {
        return rules.readiness()
                .aliveFor()
                .filter(time -> now - slot.startedAt >= time.toNanos())
                .isPresent();
    }

    /** Whether a starting worker has taken too long. */
    boolean isOverdue(Slot slot, long now) {
        return SecondLook.confirms(slot, dueAt(slot), rules.timeout(), now);
    }

    /** When time alone does something to a starting worker, or to those that wait for its place. */
    long remaining(Slot slot, long now) {
        long age = now - slot.startedAt;
        boolean othersWait = fleet.count(Slot.Phase.WAITING) > 0;
        long room = age < busyFor() && othersWait ? busyFor() : Long.MAX_VALUE;
        long alive = rules.readiness().aliveFor().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        long sooner = Math.min(alive, room);
        return Math.min(SecondLook.dueAt(slot, dueAt(slot)) - now, sooner == Long.MAX_VALUE ? sooner : sooner - age);
    }

    private long dueAt(Slot slot) {
        return slot.startedAt + rules.timeout().toNanos();
    }

    private long busyFor() {
        return rules.readiness().busyFor(rules.timeout()).toNanos();
    }
}
