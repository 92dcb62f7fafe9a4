package dev.prefork.quarkus.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often it writes, and what it takes for an event. */
class MetricsWriterTest {
    private static final Shape SHAPE = new Shape(List.of(
            family("batch_seconds", Kind.SUMMARY),
            family("requests_total", Kind.COUNTER),
            family("threads", Kind.GAUGE),
            new Family("h_seconds", Kind.HISTOGRAM, "", "", List.of(Row.of(""), Row.withBounds("a=\"1\"", 1, 2))),
            family("batches_total", Kind.COUNTER),
            family("calls_total", Kind.COUNTER),
            family("unknown", Kind.UNKNOWN),
            family("facts_info", Kind.INFO)));

    private static Family family(String name, Kind kind) {
        return new Family(name, kind, "", "", List.of(Row.of("")));
    }

    private static Exposition exposition(int changed, double value) {
        double[] values = new double[SHAPE.width()];
        if (changed >= 0) {
            values[changed] = value;
        }
        return new Exposition(SHAPE, values);
    }

    @ParameterizedTest
    @CsvSource({
        "false, 0, 1000",
        "false, 500, 1000",
        "true, 0, 100",
        "true, 0.4, 100",
        "true, 1, 100",
        "true, 1.25, 125",
        "true, 2.5, 250",
        "true, 60000, 1000"
    })
    void aPauseIsShortWhileThereAreRequestsAndNeverCostsMoreThanItsShare(boolean busy, double costMs, long pauseMs) {
        assertThat(MetricsWriter.pause(busy, (long) (costMs * 1e6))).isEqualTo(pauseMs * 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, false",
        "0, true",
        "1, true",
        "2, true",
        "3, false",
        "4, true",
        "5, true",
        "6, true",
        "7, true",
        "8, true",
        "9, true",
        "10, true",
        "11, true",
        "12, false",
        "13, false"
    })
    void onlyWhatRequestsCountIsAnEvent(int changed, boolean event) {
        assertThat(SHAPE.width()).isEqualTo(14);
        assertThat(MetricsWriter.hasCounted(exposition(-1, 0), exposition(changed, 1)))
                .isEqualTo(event);
        assertThat(MetricsWriter.hasCounted(exposition(changed, 1), exposition(changed, 1)))
                .isFalse();
    }

    @Test
    void whatIsNoNumberAndStaysNoneIsNoEvent() {
        assertThat(MetricsWriter.hasCounted(exposition(2, Double.NaN), exposition(2, Double.NaN)))
                .isFalse();
        assertThat(MetricsWriter.hasCounted(exposition(2, Double.NaN), exposition(2, 1)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "jvm_threads_states_threads, true",
        "process_cpu_usage, true",
        "system_cpu_count, true",
        "netty_allocator_memory_used, true",
        "worker_pool_usage_seconds, true",
        "http_server_requests_seconds, false",
        "my_jvm_things_total, false",
        "worker, false"
    })
    void whatIsExpensiveAndNotOfRequestsIsReadSeldom(String name, boolean seldom) {
        assertThat(MetricsWriter.isRestless(name)).isEqualTo(seldom);
    }

    @Test
    void nothingHasNothingCounted() {
        assertThat(MetricsWriter.hasCounted(Exposition.EMPTY, Exposition.EMPTY)).isFalse();
    }
}
