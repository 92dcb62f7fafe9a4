package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration MAX = Duration.ofSeconds(30);

    private static long millis(Backoff backoff, int failures) {
        return Duration.ofNanos(backoff.delay(failures)).toMillis();
    }

    private static Backoff least(Duration interval) {
        return new Backoff(interval, MAX, () -> 0.0);
    }

    @Test
    void theFirstWaitIsTheIntervalAndEachFurtherOneTwiceTheLast() {
        Backoff backoff = least(Duration.ofMillis(250));

        assertThat(millis(backoff, 1)).isEqualTo(250);
        assertThat(millis(backoff, 2)).isEqualTo(500);
        assertThat(millis(backoff, 3)).isEqualTo(1000);
        assertThat(millis(backoff, 7)).isEqualTo(16_000);
    }

    @Test
    void anIntervalOfZeroRespawnsAtOnceAndThenStepsUp() {
        Backoff backoff = least(Duration.ZERO);

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
    void jitterOnlyAdds() {
        Duration interval = Duration.ofSeconds(2);

        assertThat(millis(new Backoff(interval, MAX, () -> 0.0), 1)).isEqualTo(2000);
        assertThat(millis(new Backoff(interval, MAX, () -> 0.999999), 1)).isBetween(2990L, 3000L);
    }

    @Test
    void workersAtTheMaximumDoNotReturnTogetherEither() {
        assertThat(millis(new Backoff(Duration.ofSeconds(1), MAX, () -> 0.0), 100))
                .isEqualTo(20_000);
        assertThat(millis(new Backoff(Duration.ofSeconds(1), MAX, () -> 0.999999), 100))
                .isBetween(29_990L, 30_000L);
    }

    @Test
    void anIntervalThatIsTheMaximumIsNeitherCutNorExceeded() {
        assertThat(millis(new Backoff(MAX, MAX, () -> 0.0), 1)).isEqualTo(30_000);
        assertThat(millis(new Backoff(MAX, MAX, () -> 0.999), 9)).isEqualTo(30_000);
    }

    @Test
    void theJitterSpreadsAndStaysInItsBounds() {
        Random random = new Random(42);
        Backoff backoff = new Backoff(Duration.ofSeconds(1), MAX, random::nextDouble);
        LongSummaryStatistics waits =
                IntStream.range(0, 10_000).mapToLong(i -> millis(backoff, 1)).summaryStatistics();

        assertThat(waits.getMin()).isBetween(1000L, 1005L);
        assertThat(waits.getMax()).isBetween(1495L, 1500L);
    }
}
