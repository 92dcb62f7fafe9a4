package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.listen.QueueFigures;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TrafficMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private List<QueueFigures.Figure> queues =
            List.of(new QueueFigures.Figure("http", 3, 128), new QueueFigures.Figure("admin", 5, 64));
    private OptionalLong overflows = OptionalLong.of(7);
    private final Map<String, Double> stalled = new HashMap<>();
    private final TrafficMeters meters = new TrafficMeters(
            new TrafficMeters.Queues(() -> queues, listener -> stalled.getOrDefault(listener, 0.0), () -> overflows),
            () -> 2,
            () -> 0,
            () -> 2);

    private double value(String name, String... tags) {
        Meter meter = registry.get(name).tags(tags).meter();
        return meter.measure().iterator().next().getValue();
    }

    @Test
    void everyListenerHasItsQueue() {
        meters.bindTo(registry);
        assertThat(value("prefork.listener.queue", "listener", "http")).isEqualTo(3);
        assertThat(value("prefork.listener.queue.limit", "listener", "http")).isEqualTo(128);
        assertThat(value("prefork.listener.queue", "listener", "admin")).isEqualTo(5);
        assertThat(value("prefork.listener.queue.limit", "listener", "admin")).isEqualTo(64);
        assertThat(value("prefork.listener.overflows")).isEqualTo(7);
        assertThat(value("prefork.saturation")).isEqualTo(8 / 32.0);
        assertThat(value("prefork.saturation.part", "part", "queue")).isEqualTo(8 / 32.0);
        assertThat(value("prefork.saturation.part", "part", "cpu")).isZero();
    }

    @Test
    void theNumbersAreThoseOfTheLastLook() {
        meters.bindTo(registry);
        queues = List.of(new QueueFigures.Figure("admin", 40, 64));
        overflows = OptionalLong.of(9);
        assertThat(value("prefork.listener.queue", "listener", "admin")).isEqualTo(5);

        meters.look();
        assertThat(value("prefork.listener.queue", "listener", "admin")).isEqualTo(40);
        assertThat(value("prefork.listener.queue", "listener", "http"))
                .as("it cannot be measured any more")
                .isZero();
        assertThat(value("prefork.listener.overflows")).isEqualTo(9);
        assertThat(value("prefork.saturation")).isEqualTo(1);
    }

    @Test
    void aListenerThatStallsForFiveSecondsIsAllThatThePodCanDo() {
        meters.bindTo(registry);
        assertThat(value("prefork.saturation.part", "part", "stalled")).isZero();
        stalled.put("http", 3.0);
        meters.look();
        assertThat(value("prefork.listener.stalled", "listener", "http")).isEqualTo(3);
        assertThat(value("prefork.listener.stalled", "listener", "admin")).isZero();
        assertThat(value("prefork.saturation.part", "part", "stalled")).isEqualTo(3 / 5.0);
        stalled.put("admin", 61.0);
        meters.look();
        assertThat(value("prefork.saturation")).isEqualTo(1);
    }

    @Test
    void aKernelThatFallsSilentAboutOverflowsLeavesTheCountWhereItWas() {
        meters.bindTo(registry);
        overflows = OptionalLong.empty();
        meters.look();
        assertThat(value("prefork.listener.overflows")).isEqualTo(7);
    }
}
