package dev.prefork.notify;

import dev.prefork.handoff.Variables;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** What the master's watchdog asks of this process; see sd_watchdog_enabled(3). Pure. */
public final class Watchdog {
    private Watchdog() {}

    /**
     * How long the master waits for WATCHDOG=1 before it takes this process for hung; empty when it does not watch, when it
     * watches another process (WATCHDOG_PID), or when the figure is none.
     */
    public static Optional<Duration> patience(Map<String, String> environment, long pid) {
        String watched = environment.getOrDefault(Variables.WATCHDOG_PID, "").strip();
        String microseconds =
                environment.getOrDefault(Variables.WATCHDOG_USEC, "").strip();
        if (!watched.isEmpty() && !watched.equals(Long.toString(pid)) || !microseconds.matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(microseconds), ChronoUnit.MICROS))
                .filter(patience -> !patience.isZero());
    }
}
