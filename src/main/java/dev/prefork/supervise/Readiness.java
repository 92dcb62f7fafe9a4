package dev.prefork.supervise;

import java.time.Duration;
import java.util.Optional;

/**
 * When a started worker counts as ready. Immutable.
 *
 * @param byNotification whether READY=1 makes it ready
 * @param byProbe whether an answer to a probe makes it ready
 * @param aliveFor being alive for so long makes it ready too, if present
 */
public record Readiness(boolean byNotification, boolean byProbe, Optional<Duration> aliveFor) {
    /** For so long a worker that need not say when it is ready keeps others from starting. */
    private static final Duration BLIND = Duration.ofMillis(100);

    public Readiness {
        aliveFor = aliveFor.map(time -> Policy.cut("aliveFor", time));
    }

    /** Only READY=1 counts. */
    public static Readiness notification() {
        return new Readiness(true, false, Optional.empty());
    }

    /** Only an answer to a probe counts. */
    public static Readiness probe() {
        return new Readiness(false, true, Optional.empty());
    }

    /** Only being alive for {@code time} counts. */
    public static Readiness after(Duration time) {
        return new Readiness(false, false, Optional.of(time));
    }

    /** READY=1 if it comes, else being alive for one second: right for commands that may or may not notify. */
    public static Readiness automatic() {
        return new Readiness(true, false, Optional.of(Duration.ofSeconds(1)));
    }

    /**
     * How long a start may keep another from beginning: until it is over where that can be seen, and no longer than a
     * moment where readiness is a matter of time, which would only be wasted.
     */
    Duration busyFor(Duration startTimeout) {
        return aliveFor.isEmpty() ? startTimeout : BLIND;
    }

    @Override
    public String toString() {
        String alive =
                aliveFor.map(time -> "alive for " + time.toMillis() + " ms").orElse("");
        String said = byNotification ? "READY=1" : byProbe ? "an answer to the probe" : "";
        return said.isEmpty() ? alive : alive.isEmpty() ? said : said + " or " + alive;
    }
}
