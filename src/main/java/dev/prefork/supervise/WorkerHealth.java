package dev.prefork.supervise;

import java.time.Duration;
import java.util.Optional;

/**
 * What a worker says of its own readiness, beside the fact that its process serves. Of one that says nothing nothing is assumed: it is UP.
 *
 * <p>Being DOWN is not a failure. What is missing may be missing for all workers, such as a database, and no restart would bring it back. Only a
 * replacement has to be UP in time: until it is, the worker that it is to replace stays.
 */
final class WorkerHealth {
    private final SecondLook look = new SecondLook();
    private Optional<String> down = Optional.empty();

    /** Whether it has said so. */
    private boolean everUp;

    /** When it changed last from one to the other. */
    private long since = Long.MIN_VALUE;

    /** @param reason why it is DOWN; empty if it is UP */
    void told(Optional<String> reason, long now) {
        if (reason.isPresent() != down.isPresent()) {
            since = now;
            look.forget();
        }
        everUp |= reason.isEmpty();
        down = reason;
    }

    boolean isDown() {
        return down.isPresent();
    }

    /** Why it is DOWN; empty if it is UP. */
    Optional<String> down() {
        return down;
    }

    /** Since when it has been ready and UP, which it is. */
    long upSince(long readyAt) {
        return Math.max(readyAt, since);
    }

    /** Whether it has been DOWN for longer than a start may take. */
    boolean isOverdue(long startedAt, Duration startTimeout, long now) {
        return isDown() && look.confirms(firstDueAt(startedAt, startTimeout), startTimeout, now);
    }

    /** When to look at that again. */
    long dueAt(long startedAt, Duration startTimeout) {
        return look.dueAt(firstDueAt(startedAt, startTimeout));
    }

    private long firstDueAt(long startedAt, Duration startTimeout) {
        return (everUp ? since : startedAt) + startTimeout.toNanos();
    }
}
