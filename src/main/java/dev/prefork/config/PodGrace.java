package dev.prefork.config;

import java.time.Duration;
import java.util.Optional;

/** Whether the pod's own grace period holds the whole stop: the kubelet kills everything when it is over. Pure. */
public final class PodGrace {
    /** For the master to reap, to say why it ended, and to be gone before the kubelet's own SIGKILL. */
    private static final Duration SPARE = Duration.ofSeconds(2);

    private PodGrace() {}

    /** How long a stop takes at the most, with a little to spare. */
    public static Duration needed(Duration drainDelay, Duration gracePeriod) {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE).minus(SPARE);
        Duration sum = drainDelay.plus(gracePeriod);
        return (sum.compareTo(longest) > 0 ? longest : sum).plus(SPARE);
    }

    /** What is wrong with {@code granted}, to follow its name and value; empty if it is enough. */
    static Optional<String> warning(Duration granted, Duration drainDelay, Duration gracePeriod) {
        Duration needed = needed(drainDelay, gracePeriod);
        return granted.compareTo(needed) >= 0
                ? Optional.empty()
                : Optional.of(" is too short for a drain delay of " + DurationText.format(drainDelay)
                        + " and a shutdown grace period of " + DurationText.format(gracePeriod) + ", with "
                        + DurationText.format(SPARE)
                        + " to spare: the kubelet would kill the pod before it has stopped;"
                        + " set terminationGracePeriodSeconds to " + wholeSeconds(needed)
                        + " or more, or shorten the others");
    }

    private static long wholeSeconds(Duration duration) {
        return duration.toSeconds() + (duration.toNanosPart() > 0 ? 1 : 0);
    }
}
