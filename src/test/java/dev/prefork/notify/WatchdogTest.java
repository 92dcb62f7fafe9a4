package dev.prefork.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {
    private static final long OURS = 4711;

    @Test
    void microsecondsAreThePatience() {
        assertThat(Watchdog.patience(Map.of("WATCHDOG_USEC", "30000000"), OURS)).contains(Duration.ofSeconds(30));
        assertThat(Watchdog.patience(Map.of("WATCHDOG_USEC", "1500"), OURS)).contains(Duration.ofNanos(1_500_000));
    }

    @Test
    void withoutItNobodyWatches() {
        assertThat(Watchdog.patience(Map.of(), OURS)).isEmpty();
        assertThat(Watchdog.patience(Map.of("WATCHDOG_PID", "4711"), OURS)).isEmpty();
    }

    @Test
    void onlyTheNamedProcessIsWatched() {
        assertThat(Watchdog.patience(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "4711"), OURS))
                .contains(Duration.ofSeconds(1));
        assertThat(Watchdog.patience(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "4712"), OURS))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "soon", "1s", "18446744073709551615"})
    void whatIsNoFigureIsNoWatch(String microseconds) {
        assertThat(Watchdog.patience(Map.of("WATCHDOG_USEC", microseconds), OURS))
                .isEmpty();
    }
}
