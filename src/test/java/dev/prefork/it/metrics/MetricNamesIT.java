package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.MeteredMaster.OPEN;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static dev.prefork.it.metrics.MeteredMaster.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.it.Processes;
import dev.prefork.monitoring.MetricNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The names, label sets and formats that dashboards and scrapers build on. */
class MetricNamesIT {
    private static final List<String> STATES = List.of("starting", "ready", "standby", "stopping");
    private static final List<String> REASONS = List.of("boot", "recover", "scale", "reload", "recycle", "standby");
    private static final List<String> CAUSES = List.of("exit", "signal", "oom", "start_timeout", "watchdog", "killed");
    private static final List<String> SIGNALS = List.of("HUP", "INT", "TERM", "TTIN", "TTOU", "USR1", "USR2", "WINCH");
    private static final Set<String> NO_LABELS = Set.of("");

    @RegisterExtension
    final Processes processes = new Processes();

    /** A worker binds them a second after its start: they are not worth a twentieth of it. */
    @Test
    void theMetersOfEachWorkersJvmAreThere() {
        MeteredMaster master = MeteredMaster.start(processes, "--workers", "2").awaitFirstGeneration();

        await("the meters of all JVMs").atMost(PATIENCE).untilAsserted(() -> {
            Figures figures = master.figures();
            assertThat(figures.names())
                    .contains(
                            "jvm_classes_loaded_classes",
                            "jvm_memory_used_bytes",
                            "jvm_memory_usage_after_gc",
                            "jvm_threads_live_threads",
                            "process_cpu_usage",
                            "process_files_open_files",
                            "process_uptime_seconds",
                            "system_cpu_count",
                            "prefork_master_jvm_memory_used_bytes",
                            "prefork_master_process_uptime_seconds");
            assertThat(figures.of("jvm_threads_live_threads"))
                    .as("of two workers")
                    .isGreaterThan(figures.of("prefork_master_jvm_threads_live_threads"));
        });
    }

    @Test
    void everyNameIsThereFromTheFirstScrapeWithAllItsLabels() throws IOException {
        MeteredMaster master = MeteredMaster.start(processes, "--workers", "2", "--recover-threshold", "7");
        // A machine that is busy starts the second when the first has its start behind it.
        await("both workers to be started")
                .atMost(PATIENCE)
                .until(() -> master.figures().of("prefork_worker_starts_total{reason=\"boot\"}") == 2);
        Figures first = master.figures();

        assertLabels(first, "prefork_workers", labels("state", STATES));
        assertLabels(first, "prefork_workers_desired", NO_LABELS);
        assertLabels(first, "prefork_worker_starts_total", labels("reason", REASONS));
        assertLabels(first, "prefork_worker_exits_total", exits());
        assertLabels(first, "prefork_scrape_workers", labels("state", List.of("merged", "missing")));
        assertLabels(first, "prefork_saturation_part_ratio", labels("part", List.of("cpu", "queue", "stalled")));
        assertLabels(
                first,
                "prefork_scrape_rejects_total",
                labels(
                        "reason",
                        List.of(
                                "type",
                                "limit",
                                "bytes",
                                "label",
                                "garbage",
                                "reserved",
                                "nan",
                                "negative",
                                "buckets",
                                "info",
                                "unsupported")));
        assertLabels(first, "prefork_signals_total", labels("signal", SIGNALS));
        assertLabels(first, "prefork_rollouts_total", labels("result", List.of("completed", "aborted", "superseded")));
        for (String ofWorker : List.of(
                "prefork_worker_up",
                "prefork_worker_uptime_seconds",
                "prefork_worker_ready_seconds",
                "prefork_worker_restarts_total",
                "prefork_worker_cpu_seconds_total",
                "prefork_worker_resident_memory_bytes",
                "prefork_worker_open_fds",
                "prefork_worker_threads")) {
            assertLabels(first, ofWorker, labels("worker", List.of("0", "1")));
        }
        for (String ofListener :
                List.of("prefork_listener_queue", "prefork_listener_queue_limit", "prefork_listener_stalled_seconds")) {
            assertLabels(first, ofListener, labels("listener", List.of("http")));
        }
        for (String single : List.of(
                "prefork_recover_threshold",
                "prefork_recover_exits",
                "prefork_recover_backoff_seconds",
                "prefork_worker_startup_seconds_count",
                "prefork_worker_startup_seconds_sum",
                "prefork_worker_drain_seconds_count",
                "prefork_worker_drain_seconds_sum",
                "prefork_listener_overflows_total",
                "prefork_draining",
                "prefork_rollout_active",
                "prefork_rollout_aborted",
                "prefork_rollout_overdue_seconds",
                "prefork_orphans_reaped_total",
                "prefork_notifications_dropped_total",
                "prefork_loop_lag_seconds",
                "prefork_log_lines_dropped_total",
                "prefork_saturation_ratio")) {
            assertLabels(first, single, NO_LABELS);
        }
        assertThat(first.named("prefork_worker_startup_seconds_bucket")).containsKey("{le=\"+Inf\"}");
        assertThat(first.named("prefork_worker_drain_seconds_bucket")).containsKey("{le=\"+Inf\"}");
        assertThat(Pattern.compile("(?m)^# TYPE (prefork_(?!master_)\\w+) ")
                        .matcher(first.text())
                        .results()
                        .map(type -> type.group(1)))
                .containsExactlyInAnyOrderElementsOf(withLongest(MetricNames.KNOWN));
        assertThat(first.text())
                .contains("# TYPE prefork_worker_startup_seconds histogram")
                .contains("# TYPE prefork_worker_drain_seconds histogram");
    }

    @Test
    void whatHasNotHappenedIsZeroAndNoLabelIsEverAPid() throws IOException {
        MeteredMaster master = MeteredMaster.start(processes, "--workers", "2", "--recover-threshold", "7")
                .awaitFirstGeneration();
        Figures first = master.figures();
        for (String none : List.of(
                "prefork_worker_exits_total",
                "prefork_worker_restarts_total",
                "prefork_signals_total",
                "prefork_scrape_rejects_total",
                "prefork_orphans_reaped_total",
                "prefork_log_lines_dropped_total",
                "prefork_recover_exits",
                "prefork_recover_backoff_seconds",
                "prefork_draining",
                "prefork_rollout_active",
                "prefork_rollout_aborted",
                "prefork_rollout_overdue_seconds",
                "prefork_worker_drain_seconds_count",
                "prefork_worker_drain_seconds_bucket")) {
            assertThat(first.named(none).values()).as(none).containsOnly(0.0);
        }
        assertThat(first.of("prefork_worker_starts_total{reason=\"boot\"}")).isEqualTo(2);
        assertThat(first.named("prefork_worker_starts_total").values().stream()
                        .mapToDouble(n -> n)
                        .sum())
                .isEqualTo(2);
        assertThat(first.of("prefork_recover_threshold")).isEqualTo(7);
        assertThat(first.of("prefork_workers_desired")).isEqualTo(2);

        master.awaitFirstGeneration();
        Set<Long> pids = new TreeSet<>(master.process().family());
        master.awaitReplaced(master.kill(1), 2);
        pids.addAll(master.process().family());
        master.process().signal("USR1");
        master.process().awaitLine("SIGUSR1 is ignored", PATIENCE);
        Figures later = master.figures();

        assertThat(later.labelValues())
                .doesNotContainAnyElementsOf(pids.stream().map(String::valueOf).toList());
        assertThat(later.names()).containsAll(first.names());
        assertThat(later.of("prefork_worker_exits_total{cause=\"signal\",planned=\"false\"}"))
                .isEqualTo(1);
        assertThat(later.of("prefork_worker_restarts_total{worker=\"1\"}")).isEqualTo(1);
        assertThat(later.of("prefork_worker_starts_total{reason=\"recover\"}")).isEqualTo(1);
        assertThat(later.of("prefork_worker_startup_seconds_count")).isEqualTo(3);
        assertThat(later.of("prefork_signals_total{signal=\"USR1\"}")).isEqualTo(1);
    }

    private static void assertLabels(Figures figures, String name, Set<String> labels) {
        assertThat(figures.named(name).keySet()).as(name).isEqualTo(labels);
    }

    private static Set<String> labels(String name, List<String> values) {
        Set<String> labels = new TreeSet<>();
        values.forEach(value -> labels.add("{" + name + "=\"" + value + "\"}"));
        return labels;
    }

    /** Micrometer shows the longest of late beside each histogram of times, as a gauge. */
    private static Set<String> withLongest(Set<String> known) {
        Set<String> all = new TreeSet<>(known);
        all.addAll(List.of("prefork_worker_startup_seconds_max", "prefork_worker_drain_seconds_max"));
        return all;
    }

    private static Set<String> exits() {
        List<String> pairs = new ArrayList<>();
        for (String cause : CAUSES) {
            pairs.add(cause + "\",planned=\"true");
            pairs.add(cause + "\",planned=\"false");
        }
        return labels("cause", pairs);
    }

    @Test
    void theFormatIsThatWhichTheScraperAsksFor() throws Exception {
        MeteredMaster master = MeteredMaster.start(processes, "--workers", "1").awaitFirstGeneration();
        assertThat(master.visit().slot()).isZero();
        master.awaitCounted(1);
        // They come a second later than the worker's first answer; one of the scrapes below would have them, and
        // another not.
        await("the meters of the worker's JVM")
                .atMost(PATIENCE)
                .until(() -> master.figures().names().contains("jvm_info_total"));

        Answer unasked = master.scrape(Map.of());
        assertThat(unasked.header("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(PLAIN));
        assertThat(unasked.body()).doesNotContain("# EOF");
        assertThat(master.scrape(Map.of("Accept", "text/html,*/*")).header("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(PLAIN));

        Answer open = master.scrape(Map.of("Accept", OPEN + ",text/plain;version=0.0.4;q=0.5"));
        assertThat(open.header("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith(OPEN));
        assertThat(open.body()).endsWith("# EOF\n");
        assertThat(Figures.parse(open.body()).names())
                .containsAll(Figures.parse(unasked.body()).names());

        HttpResponse<byte[]> zipped = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + master.master().management() + "/q/metrics"))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(zipped.body().length).isLessThan(unasked.body().length() / 2);
        String unzipped = new String(
                new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(Figures.parse(unzipped).names())
                .isEqualTo(Figures.parse(unasked.body()).names());
    }
}
