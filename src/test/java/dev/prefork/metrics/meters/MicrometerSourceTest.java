package dev.prefork.metrics.meters;

import static dev.prefork.metrics.merge.Expositions.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.ExpositionParser;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Parsed;
import dev.prefork.exposition.Row;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is read out of a registry is what the registry itself would have written down for a scrape. */
class MicrometerSourceTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Exposition read() {
        return MicrometerSource.read(registry);
    }

    /** Families by their names, rows by their labels, each with its numbers, without what the text cannot say. */
    private static Map<String, String> flat(Exposition exposition) {
        Map<String, String> flat = new TreeMap<>();
        int at = 0;
        for (Family family : exposition.shape().families()) {
            for (Row row : family.rows()) {
                int width = family.width(row);
                double[] numbers = Arrays.copyOfRange(exposition.values(), at, at + width);
                flat.put(
                        family.name() + " " + row,
                        family.kind() + " '" + family.help() + "' " + Arrays.toString(numbers));
                at += width;
            }
        }
        return flat;
    }

    private void assertSameAsWritten() {
        Parsed written = ExpositionParser.parse(registry.scrape().getBytes(StandardCharsets.UTF_8), 10_000);
        assertThat(flat(read())).isNotEmpty().isEqualTo(flat(written.exposition()));
    }

    @Test
    void countersAndGaugesOfAllSorts() {
        Counter.builder("hits")
                .description("How often")
                .tag("path", "/a")
                .register(registry)
                .increment(3);
        Counter.builder("hits")
                .description("How often")
                .tag("path", "/b")
                .register(registry)
                .increment(4.5);
        Counter.builder("bytes.sent").baseUnit("bytes").register(registry).increment();
        FunctionCounter.builder("made", this, ignored -> 7).register(registry);
        Gauge.builder("temperature", () -> -3.25).register(registry);
        Gauge.builder("nothing", () -> Double.NaN).register(registry);
        Gauge.builder("endless", () -> Double.POSITIVE_INFINITY).register(registry);
        TimeGauge.builder("age", () -> 1500, TimeUnit.MILLISECONDS).register(registry);
        MultiGauge.builder("many")
                .register(registry)
                .register(List.of(MultiGauge.Row.of(Tags.of("n", "1"), 1), MultiGauge.Row.of(Tags.of("n", "2"), 2)));

        assertSameAsWritten();
        assertThat(numbers(read(), "hits_total", "path=\"/b\"")).containsExactly(4.5);
        assertThat(numbers(read(), "bytes_sent_bytes_total")).containsExactly(1);
        assertThat(numbers(read(), "made_total")).containsExactly(7);
        assertThat(numbers(read(), "age_seconds")).containsExactly(1.5);
    }

    @Test
    void timersWithAndWithoutBucketsAndQuantiles() {
        List<Timer> timers = List.of(
                Timer.builder("plain").register(registry),
                Timer.builder("slo")
                        .serviceLevelObjectives(Duration.ofMillis(50), Duration.ofSeconds(1))
                        .register(registry),
                Timer.builder("quantiles").publishPercentiles(0.5, 0.99).register(registry),
                Timer.builder("full").publishPercentileHistogram().tag("a", "b").register(registry),
                Timer.builder("both")
                        .publishPercentiles(0.5)
                        .serviceLevelObjectives(Duration.ofMillis(50))
                        .register(registry));
        for (Timer timer : timers) {
            timer.record(Duration.ofMillis(20));
            timer.record(Duration.ofMillis(70));
            timer.record(Duration.ofSeconds(3));
        }
        FunctionTimer.builder("told", this, ignored -> 4, ignored -> 2.5, TimeUnit.SECONDS)
                .register(registry);

        assertSameAsWritten();
        assertThat(numbers(read(), "plain_seconds")).containsExactly(3, 3.09);
        assertThat(numbers(read(), "slo_seconds")).containsExactly(3, 3.09, 1, 2);
        assertThat(numbers(read(), "quantiles_seconds"))
                .as("quantiles are left out")
                .containsExactly(3, 3.09);
        assertThat(numbers(read(), "both_seconds")).containsExactly(3, 3.09, 1);
        assertThat(numbers(read(), "plain_seconds_max")).containsExactly(3);
    }

    @Test
    void summariesAndTasksThatTakeLong() {
        DistributionSummary.builder("size")
                .serviceLevelObjectives(1, 10.5, 1e9)
                .register(registry)
                .record(7);
        DistributionSummary.builder("weight")
                .publishPercentiles(0.9)
                .baseUnit("grams")
                .register(registry)
                .record(2);
        LongTaskTimer.builder("task").register(registry).start().stop();

        assertSameAsWritten();
        assertThat(numbers(read(), "size")).containsExactly(1, 7, 0, 1, 1);
        assertThat(numbers(read(), "weight_grams")).containsExactly(1, 2);
    }

    /** They go down as well, so that they would look like counters that begin anew. */
    @Test
    void tasksThatAreUnderWayAreNoCounts() {
        LongTaskTimer plain = LongTaskTimer.builder("task").register(registry);
        LongTaskTimer buckets =
                LongTaskTimer.builder("buckets").publishPercentileHistogram().register(registry);
        plain.start();
        buckets.start();
        Map<String, Kind> kinds = new TreeMap<>();
        read().shape().families().forEach(family -> kinds.put(family.name(), family.kind()));

        assertThat(kinds)
                .isEqualTo(Map.of(
                        "task_seconds_active_count", Kind.UNKNOWN,
                        "task_seconds_duration_sum", Kind.UNKNOWN,
                        "task_seconds_max", Kind.GAUGE,
                        "buckets_seconds_active_count", Kind.UNKNOWN,
                        "buckets_seconds_duration_sum", Kind.UNKNOWN,
                        "buckets_seconds_max", Kind.GAUGE));
        assertThat(numbers(read(), "task_seconds_active_count")).containsExactly(1);
    }

    @Test
    void whatNobodyHasExplainedIsNotExplained() {
        Counter.builder("a").register(registry);
        Counter.builder("b").description("Why").register(registry);
        assertThat(read().shape().families()).extracting(Family::help).containsExactly("", "Why");
    }

    @Test
    void tagsWithOddCharacters() {
        for (String odd : List.of("\"", "\\", "a\nb", "ä€😀", "{}=,", " ", "", "\\n", "}\t{")) {
            Counter.builder("odd")
                    .tag("v", odd)
                    .tag("x.y-z", "1")
                    .register(registry)
                    .increment();
        }
        Gauge.builder("1st.of-all", () -> 1).tag("class", "x").register(registry);
        assertSameAsWritten();
        assertThat(read().shape().rows()).isEqualTo(10);
    }

    @Test
    void namesAndLabelsThatElsewhereMeanSomethingAreTheApplicationsOwn() {
        Gauge.builder("users.created", () -> 5).register(registry);
        Gauge.builder("words.count", () -> 6).register(registry);
        Gauge.builder("prices.sum", () -> 7).register(registry);
        Gauge.builder("fish.bucket", () -> 8).tag("le", "chat").register(registry);
        Gauge.builder("physics", () -> 9).tag("quantile", "small").register(registry);
        Counter.builder("articles").tag("le", "der").register(registry).increment(1);
        Counter.builder("articles").tag("le", "das").register(registry).increment(2);
        Counter.builder("rows.created").register(registry).increment(3);

        assertSameAsWritten();
        assertThat(numbers(read(), "users_created")).containsExactly(5);
        assertThat(numbers(read(), "fish_bucket", "le=\"chat\"")).containsExactly(8);
        assertThat(numbers(read(), "physics", "quantile=\"small\"")).containsExactly(9);
        assertThat(numbers(read(), "articles_total", "le=\"das\"")).containsExactly(2);
    }

    @Test
    void theJvmsOwn() {
        new JvmInfoMetrics().bindTo(registry);
        assertSameAsWritten();
        Family info = read().shape().families().get(0);
        assertThat(info.name()).startsWith("jvm_info");
        assertThat(read().values()).containsExactly(1);

        new JvmMemoryMetrics().bindTo(registry);
        assertThat(read().shape().families()).extracting(Family::name).contains("jvm_memory_used_bytes");
    }

    @Test
    void aRegistryThatIsReadTwiceHasTheSameShapeAndItsOrderIsThatOfTheNames() {
        for (int i = 0; i < 50; i++) {
            Counter.builder("c" + (i * 37 % 50))
                    .tag("n", "x")
                    .register(registry)
                    .increment();
            Counter.builder("c1").tag("n", "" + i).register(registry).increment();
        }
        assertThat(read().shape()).isEqualTo(read().shape());
        assertThat(read()).isEqualTo(read());
        assertThat(read().shape().families()).extracting(Family::name).isSorted();
        assertThat(read().shape().families())
                .allSatisfy(family ->
                        assertThat(family.rows()).extracting(Row::labels).isSorted());
    }

    @Test
    void anEmptyRegistryHasNothing() {
        assertThat(read()).isEqualTo(Exposition.EMPTY);
    }

    @Test
    void kindsAreThoseThatMergeRightly() {
        Counter.builder("c").register(registry);
        Gauge.builder("g", () -> 1).register(registry);
        Timer.builder("t").register(registry);
        Timer.builder("h").serviceLevelObjectives(Duration.ofMillis(1)).register(registry);
        Map<String, Kind> kinds = new TreeMap<>();
        read().shape().families().forEach(family -> kinds.put(family.name(), family.kind()));

        assertThat(kinds)
                .containsEntry("c_total", Kind.COUNTER)
                .containsEntry("g", Kind.GAUGE)
                .containsEntry("t_seconds", Kind.SUMMARY)
                .containsEntry("t_seconds_max", Kind.GAUGE)
                .containsEntry("h_seconds", Kind.HISTOGRAM);
        assertThat(kinds.keySet())
                .isEqualTo(Set.of("c_total", "g", "t_seconds", "t_seconds_max", "h_seconds", "h_seconds_max"));
    }
}
