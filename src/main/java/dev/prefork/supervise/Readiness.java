package dev.prefork.supervise;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When a started worker counts as ready. Immutable.
 *
 * @param byNotification whether READY=1 makes it ready
 * @param proof what a probe has to find out to make it ready
 * @param aliveFor being alive for so long makes it ready too, if present
 */
public record Readiness(boolean byNotification, Proof proof, Optional<Duration> aliveFor) {
    /** What a probe can prove. */
    public enum Proof {
        NONE,
        /** It accepts connections from a listener, or waits for them. */
        ACCEPTS,
        /** It listens on a socket of its own, where it is handed none. */
        LISTENS,
        /** It answers a request. */
        ANSWERS
    }

    /** What helps a program that uses none of the listeners it was handed. */
    public static final String UNUSED_REMEDY = "give it the sockets by --dialect or its own options (docs/RECIPES.md),"
            + " or use --listen none if it binds its own port";

    /** For so long a worker that need not say when it is ready keeps others from starting. */
    private static final Duration BLIND = Duration.ofMillis(100);

    public Readiness {
        aliveFor = aliveFor.map(time -> Policy.cut("aliveFor", time));
    }

    /** Only READY=1 counts. */
    public static Readiness notification() {
        return new Readiness(true, Proof.NONE, Optional.empty());
    }

    /** Only an answer to a probe counts. */
    public static Readiness answering() {
        return new Readiness(false, Proof.ANSWERS, Optional.empty());
    }

    /** Only being seen to accept counts. */
    public static Readiness accepting() {
        return new Readiness(false, Proof.ACCEPTS, Optional.empty());
    }

    /** Only being alive for {@code time} counts. */
    public static Readiness after(Duration time) {
        return new Readiness(false, Proof.NONE, Optional.of(time));
    }

    /** READY=1 or being seen to accept, whichever comes first: right for commands that may or may not notify. */
    public static Readiness automatic() {
        return new Readiness(true, Proof.ACCEPTS, Optional.empty());
    }

    /** READY=1 if it comes, else being alive for one second: where no probe can look. */
    public static Readiness unseen() {
        return new Readiness(true, Proof.NONE, Optional.of(Duration.ofSeconds(1)));
    }

    /** The same for workers that are handed no listener. */
    public Readiness withoutListeners() {
        return proof == Proof.ACCEPTS ? new Readiness(byNotification, Proof.LISTENS, aliveFor) : this;
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
        String proven =
                switch (proof) {
                    case NONE -> "";
                    case ACCEPTS -> "accepting connections";
                    case LISTENS -> "listening";
                    case ANSWERS -> "an answer to the probe";
                };
        return Stream.of(byNotification ? "READY=1" : "", proven, alive)
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(" or "));
    }
}
