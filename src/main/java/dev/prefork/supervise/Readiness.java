package dev.prefork.supervise;

import java.time.Duration;
import java.util.Optional;

/**
 * When a started worker counts as ready. Immutable.
 *
 * @param byNotification whether READY=1 makes it ready
 * @param aliveFor being alive for so long makes it ready too, if present
 */
public record Readiness(boolean byNotification, Optional<Duration> aliveFor) {

    public Readiness {
        aliveFor = aliveFor.map(time -> Policy.cut("aliveFor", time));
    }

    /** Only READY=1 counts. */
    public static Readiness notification() {
        return new Readiness(true, Optional.empty());
    }

    /** Only being alive for {@code time} counts. */
    public static Readiness after(Duration time) {
        return new Readiness(false, Optional.of(time));
    }

    /** READY=1 if it comes, else being alive for one second: right for commands that may or may not notify. */
    public static Readiness automatic() {
        return new Readiness(true, Optional.of(Duration.ofSeconds(1)));
    }

    @Override
    public String toString() {
        String alive =
                aliveFor.map(time -> "alive for " + time.toMillis() + " ms").orElse("");
        if (!byNotification) {
            return alive;
        }
        return alive.isEmpty() ? "READY=1" : "READY=1 or " + alive;
    }
}
