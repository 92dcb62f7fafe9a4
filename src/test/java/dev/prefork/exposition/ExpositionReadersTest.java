package dev.prefork.exposition;

import static dev.prefork.exposition.Sample.all;
import static dev.prefork.exposition.Sample.exposition;
import static dev.prefork.exposition.Sample.family;
import static dev.prefork.exposition.Sample.single;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others, who never saw this code, make of what is written here. */
class ExpositionReadersTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String SCRIPT = "src/test/resources/exposition/openmetrics.py";

    /** Not the one on the PATH: only this one sees the packages of the distribution. */
    private static final String PYTHON = "/usr/bin/python3";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @Test
    void aStrictReaderOfOpenMetricsFindsEveryFamilyAndSample() throws IOException {
        assertThat(strictly(everything()).lines())
                .containsExactly(
                        "requests counter 2",
                        "latency_seconds histogram 7",
                        "pause summary 2",
                        "java info 1",
                        "free_bytes gauge 1",
                        "odd unknown 1");
    }

    @Test
    void aStrictReaderOfOpenMetricsTakesWhatCannotBeSaidInIt() throws IOException {
        Exposition odd = all(
                single("a_total", Kind.COUNTER, 1),
                single("a", Kind.GAUGE, 1),
                single("h_count", Kind.GAUGE, 1),
                exposition(family("h", Kind.HISTOGRAM, Row.withBounds("", -1, 0, 1e6, 1e300)), 4, -1, 1, 2, 3, 4),
                single("h_created", Kind.UNKNOWN, 1),
                single("nan_total", Kind.COUNTER, Double.NaN),
                single("less_info", Kind.INFO, 0),
                single("s", Kind.SUMMARY, 1, Double.NaN),
                single("g_total", Kind.GAUGE, Double.NEGATIVE_INFINITY),
                single("_info", Kind.INFO, 1),
                single("g_total", Kind.GAUGE, 2));

        assertThat(strictly(odd).lines())
                .containsExactly(
                        "a_total unknown 1",
                        "a gauge 1",
                        "h histogram 5",
                        "s summary 1",
                        "g_total gauge 1",
                        "_info unknown 1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aStrictReaderOfOpenMetricsTakesRandomExpositions(long seed) throws IOException {
        RandomExpositions random = new RandomExpositions(seed);
        for (int i = 0; i < 8; i++) {
            Exposition exposition = random.next();
            List<String> read = strictly(exposition).lines().toList();

            assertThat(read)
                    .as("seed %d", seed)
                    .hasSameSizeAs(exposition.shape().families());
        }
    }

    @Test
    void promtoolTakesPlainText() throws IOException {
        RunningProcess promtool = reading(
                ExpositionWriter.write(everything(), Format.PROMETHEUS),
                Tools.require("promtool").toString(),
                "check",
                "metrics");

        assertThat(promtool.awaitExit(DEADLINE)).as(promtool.dump()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void promtoolCanReadRandomExpositions(long seed) throws IOException {
        RunningProcess promtool = reading(
                ExpositionWriter.write(new RandomExpositions(seed).next(), Format.PROMETHEUS),
                Tools.require("promtool").toString(),
                "check",
                "metrics");

        // 3 is for names that it does not like; what it cannot parse is 1.
        assertThat(promtool.awaitExit(DEADLINE))
                .as("seed %d: %s", seed, promtool.dump())
                .isIn(0, 3);
    }

    @Test
    void promtoolRefusesWhatIsNotWellFormed() throws IOException {
        String promtool = Tools.require("promtool").toString();

        assertThat(reading("x{a=\"1\" 1\n".getBytes(), promtool, "check", "metrics")
                        .awaitExit(DEADLINE))
                .isEqualTo(1);
    }

    private static Exposition everything() {
        Family latency = new Family(
                "latency_seconds",
                Kind.HISTOGRAM,
                "How long \"it\" takes\nin \\ seconds",
                "seconds",
                List.of(Row.withBounds("uri=\"/\\\"ä\\\\\\n\"", 0.0001, 0.1, 1, 2.5e6)));
        return all(
                exposition(
                        new Family(
                                "requests_total",
                                Kind.COUNTER,
                                "Requests",
                                "",
                                List.of(Row.of("code=\"200\""), Row.of("code=\"500\",method=\"GET\""))),
                        1e20,
                        0.5),
                exposition(latency, 9, 1.5, 1, 2, 3, 4),
                exposition(new Family("pause", Kind.SUMMARY, "Pauses", "", List.of(Row.of(""))), 3, 1e-9),
                exposition(new Family("java_info", Kind.INFO, "Java", "", List.of(Row.of("v=\"17\""))), 1),
                exposition(new Family("free_bytes", Kind.GAUGE, "Free", "bytes", List.of(Row.of(""))), Double.NaN),
                exposition(new Family("odd", Kind.UNKNOWN, "Odd", "", List.of(Row.of(""))), -0.0));
    }

    private String strictly(Exposition exposition) throws IOException {
        Tools.requireSuccess(
                PYTHON + " has no prometheus_client",
                List.of("sh", "-c", PYTHON + " -c 'import prometheus_client.openmetrics.parser'"));
        byte[] text = ExpositionWriter.write(exposition, Format.OPENMETRICS);
        RunningProcess reader = reading(text, PYTHON, SCRIPT);

        assertThat(reader.awaitExit(DEADLINE)).as(reader.dump()).isZero();
        return reader.stdout();
    }

    private RunningProcess reading(byte[] text, String... command) throws IOException {
        Path file = Files.write(Files.createTempFile(directory, "metrics", ".txt"), text);
        return processes
                .command("sh", "-c", "exec " + String.join(" ", command) + " < " + file)
                .start();
    }
}
