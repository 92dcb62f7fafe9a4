package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MicrometerSelectionTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void register() {
        Gauge.builder("jvm.costly", asked, AtomicInteger::incrementAndGet).register(registry);
        Counter.builder("jobs").tag("kind", "a").register(registry).increment(3);
        Timer.builder("jvm.pause").register(registry).record(Duration.ofSeconds(2));
        Timer.builder("http.requests").register(registry).record(Duration.ofSeconds(1));
    }

    private static List<String> names(Exposition exposition) {
        return exposition.shape().families().stream().map(Family::name).toList();
    }

    @Test
    void whatIsNotWantedIsNotAsked() {
        Exposition some = MicrometerSource.read(registry, name -> !name.startsWith("jvm_"));

        assertThat(names(some)).containsExactly("http_requests_seconds", "http_requests_seconds_max", "jobs_total");
        assertThat(some.values()).containsExactly(1, 1, 1, 3);
        assertThat(asked).hasValue(0);
    }

    @Test
    void theTwoHalvesAreTheWhole() {
        Exposition costly = MicrometerSource.read(registry, name -> name.startsWith("jvm_"));
        Exposition others = MicrometerSource.read(registry, name -> !name.startsWith("jvm_"));

        assertThat(names(costly)).containsExactly("jvm_costly", "jvm_pause_seconds", "jvm_pause_seconds_max");
        assertThat(names(MicrometerSource.read(registry)))
                .containsExactlyInAnyOrderElementsOf(names(costly.and(others)));
    }
}
