package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
    private final DurationHistogram durations =
            new DurationHistogram("d", "How long", List.of(Duration.ofMillis(100), Duration.ofSeconds(1)));

    private static Timer timer(SimpleMeterRegistry registry) {
        return registry.get("d").timer();
    }

    private static double[] buckets(Timer timer) {
        return Arrays.stream(timer.takeSnapshot().histogramCounts())
                .mapToDouble(bucket -> bucket.count())
                .toArray();
    }

    @Test
    void whatWasBeforeARegistryCountsInEveryOneOnce() {
        durations.record(Duration.ofMillis(50).toNanos());
        SimpleMeterRegistry one = new SimpleMeterRegistry();
        durations.bindTo(one);
        durations.record(Duration.ofMillis(500).toNanos());
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        durations.bindTo(other);
        durations.record(Duration.ofSeconds(5).toNanos());

        for (SimpleMeterRegistry registry : List.of(one, other)) {
            assertThat(timer(registry).count()).isEqualTo(3);
            assertThat(timer(registry).totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5550);
            assertThat(timer(registry).getId().getDescription()).isEqualTo("How long");
        }
    }

    @Test
    void theBoundsAreItsBuckets() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        durations.bindTo(registry);
        durations.record(Duration.ofMillis(100).toNanos());
        durations.record(Duration.ofMillis(101).toNanos());
        durations.record(Duration.ofSeconds(2).toNanos());
        assertThat(buckets(timer(registry))).containsExactly(1, 2);
    }

    @Test
    void withoutARegistryNoMoreThanSomeAreKept() {
        for (int i = 0; i < 10_000; i++) {
            durations.record(1);
        }
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        durations.bindTo(registry);
        assertThat(timer(registry).count()).isEqualTo(4096);
    }
}
