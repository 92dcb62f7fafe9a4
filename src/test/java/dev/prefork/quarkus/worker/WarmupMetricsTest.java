package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** As Quarkus uses them: through a composite, with some meters made at each request and some once. */
class WarmupMetricsTest {
    private final PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompositeMeterRegistry all = new CompositeMeterRegistry();
    private final MeterProvider<Timer> requests =
            Timer.builder("http.server.requests").withRegistry(all);
    private final DistributionSummary bytes;

    WarmupMetricsTest() {
        all.add(prometheus);
        bytes = DistributionSummary.builder("http.server.bytes.written").register(all);
    }

    private void request(String uri) {
        requests.withTag("uri", uri).record(Duration.ofMillis(1));
        bytes.record(21);
    }

    @Test
    void whatCameBeforeIsNotShownAndWhatComesAfterIs() {
        request("/warm");
        request("/hello");

        WarmupMetrics.forget(all);
        assertThat(prometheus.scrape()).doesNotContain("/warm").contains("http_server_bytes_written_count 0.0");

        request("/hello");
        assertThat(prometheus.scrape())
                .contains("http_server_requests_seconds_count{uri=\"/hello\",} 1.0")
                .contains("http_server_bytes_written_count 1.0")
                .contains("http_server_bytes_written_sum 21.0");
    }

    @Test
    void whatIsOpenAndWhatTheApplicationCountsStays() {
        Gauge.builder("http.server.active.requests", () -> 3).register(all);
        Counter counted = Counter.builder("orders").register(all);
        counted.increment();

        WarmupMetrics.forget(all);
        counted.increment();

        assertThat(prometheus.scrape())
                .contains("http_server_active_requests 3.0")
                .contains("orders_total 2.0");
    }
}
