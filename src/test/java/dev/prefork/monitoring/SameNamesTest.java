package dev.prefork.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.json.Json;
import dev.prefork.log.EventName;
import dev.prefork.log.Key;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That a thing has one name, wherever it is to be seen: metrics, the status document, and the log. */
class SameNamesTest {
    private static final Path SCHEMA = Path.of("docs/status.schema.json");

    /** Of which there is no metric: who and when, what is said in words, and rates, which PromQL makes of counters. */
    private static final Map<String, Set<String>> WITHOUT_A_METRIC = Map.of(
            "slots[].",
            Set.of(
                    "slot",
                    "state",
                    "pid",
                    "generation",
                    "version",
                    "reason",
                    "started",
                    "ready_since",
                    "backoff_seconds",
                    "leader",
                    "cpu_cores",
                    "requests_per_second",
                    "requests_share",
                    "halted",
                    "down",
                    "halted_seconds",
                    "status",
                    "last_exit"),
            "listeners[].",
            Set.of("name", "address"),
            "recover.",
            Set.of("window_seconds"),
            "rollout.",
            Set.of("version", "begun", "of", "result", "reason"));

    private static final Map<String, String> METRICS = Map.of(
            "slots[].",
            "prefork_worker_",
            "listeners[].",
            "prefork_listener_",
            "recover.",
            "prefork_recover_",
            "rollout.",
            "prefork_rollout_");

    private final Map<?, ?> schema;

    SameNamesTest() throws IOException {
        schema = (Map<?, ?>) Json.read(Files.readString(SCHEMA));
    }

    private Map<?, ?> at(String... path) {
        Map<?, ?> part = schema;
        for (String key : path) {
            part = (Map<?, ?>) ((Map<?, ?>) part.get("properties")).get(key);
            part = part.containsKey("items") ? (Map<?, ?>) part.get("items") : part;
        }
        return part;
    }

    private List<String> keys(String... path) {
        return texts(((Map<?, ?>) at(path).get("properties")).keySet());
    }

    private List<String> allowed(String... path) {
        return texts((List<?>) at(path).get("enum"));
    }

    private static List<String> texts(Collection<?> values) {
        return values.stream().map(String::valueOf).toList();
    }

    private static List<String> lower(Enum<?>... constants) {
        return Arrays.stream(constants)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    @Test
    void whatIsMeasuredHasTheNameOfItsMetric() {
        METRICS.forEach((part, prefix) -> {
            String key = part.replace("[]", "").replace(".", "");
            assertThat(keys(key)).allSatisfy(name -> {
                boolean measured = MetricNames.KNOWN.contains(prefix + name);
                assertThat(measured)
                        .as(part + name + " has a metric, or is listed as having none")
                        .isNotEqualTo(WITHOUT_A_METRIC.get(part).contains(name));
            });
        });
        assertThat(MetricNames.KNOWN).contains("prefork_loop_lag_seconds");
        assertThat(keys("master")).contains("loop_lag_seconds");
    }

    @Test
    void statesReasonsAndCausesAreTheLabelsOfTheMetrics() {
        assertThat(keys("workers")).containsAll(lower(WorkerState.values()));
        assertThat(allowed("slots", "state")).asList().containsAll(lower(WorkerState.values()));
        assertThat(allowed("slots", "reason")).asList().isEqualTo(lower(StartReason.values()));
        assertThat(allowed("slots", "last_exit", "cause")).isEqualTo(lower(Exit.Cause.values()));
    }

    @Test
    void theLogTellsAnExitByTheSameKeys() {
        assertThat(keys("slots", "last_exit")).contains(Key.CAUSE.text(), Key.PLANNED.text());

        assertThat(EventName.WORKER_STARTED.keys()).contains(Key.REASON);
        assertThat(keys("slots")).contains(Key.REASON.text(), "slot", "pid");
    }
}
