package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration MAX = Duration.ofSeconds(30);

    private static long millis(Backoff backoff, int failures) {
        return Duration.ofNanos(backoff.delay(failures)).toMillis();
    }

    private static Backoff middle(Duration interval) {
        return new Backoff(interval, MAX, () -> 0.5);
    }

    @Test
    void theFirstWaitIsTheIntervalAndEachFurtherOneTwiceTheLast() {
        Backoff backoff = middle(Duration.ofMillis(250));

        assertThat(millis(backoff, 1)).isEqualTo(250);
        assertThat(millis(backoff, 2)).isEqualTo(500);
        assertThat(millis(backoff, 3)).isEqualTo(1000);
        assertThat(millis(backoff, 7)).isEqualTo(16_000);
    }

    @Test
    void anIntervalOfZeroRespawnsAtOnceAndThenStepsUp() {
        Backoff backoff = middle(Duration.ZERO);

        assertThat(millis(backoff, 1)).isZero();
        assertThat(millis(backoff, 2)).isEqualTo(100);
        assertThat(millis(backoff, 3)).isEqualTo(200);
    }

    @Test
    void neverMoreThanTheMaximumHoweverLongTheRow() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MAX, () -> 0.999);

        for (int failures = 6; failures < 2000; failures++) {
            assertThat(millis(backoff, failures)).isBetween(29_000L, 30_000L);
        }
    }

    @Test
    void jitterIsHalfUpAndHalfDown() {
        Duration interval = Duration.ofSeconds(2);

        assertThat(millis(new Backoff(interval, MAX, () -> 0.0), 1)).isEqualTo(1000);
        assertThat(millis(new Backoff(interval, MAX, () -> 0.999999), 1)).isBetween(2990L, 3000L);
    }

    @Test
    void theJitterSpreadsAndStaysInItsBounds() {
        Random random = new Random(42);
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MAX, random::nextDouble);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            long delay = millis(backoff, 1);
            least = Math.min(least, delay);
            most = Math.max(most, delay);
        }

        assertThat(least).isBetween(500L, 510L);
        assertThat(most).isBetween(1490L, 1500L);
    }
}
