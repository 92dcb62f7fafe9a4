package dev.prefork.notify;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** What the master's watchdog asks of this process; see sd_watchdog_enabled(3). Pure. */
public final class Watchdog {
    private static final String MICROSECONDS = "WATCHDOG_USEC";
    private static final String PROCESS = "WATCHDOG_PID";

    private Watchdog() {}

    /**
     * How long the master waits for WATCHDOG=1 before it takes this process for hung; empty when it does not watch, when it
     * watches another process (WATCHDOG_PID), or when the figure is none.
     */
    public static Optional<Duration> patience(Map<String, String> environment, long pid) {
        String watched = environment.getOrDefault(PROCESS, "").strip();
        String microseconds = environment.getOrDefault(MICROSECONDS, "").strip();
        if (!watched.isEmpty() && !watched.equals(Long.toString(pid)) || !microseconds.matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(microseconds), ChronoUnit.MICROS))
                .filter(patience -> !patience.isZero());
    }
}
