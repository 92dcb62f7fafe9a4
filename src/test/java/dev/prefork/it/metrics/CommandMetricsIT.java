package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.Exporters.JOBS;
import static dev.prefork.it.metrics.Exporters.MERGED;
import static dev.prefork.it.metrics.Exporters.MISSING;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that are any command and show metrics of their own, as they please. */
class CommandMetricsIT {
    private static final String GARBAGE = "prefork_scrape_rejects_total{reason=\"garbage\"}";
    private static final String TYPE = "prefork_scrape_rejects_total{reason=\"type\"}";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"unix, plain", "port, open"})
    void twoWorkersAreOneAndACounterThatBeginsAnewGoesOn(String where, String format) throws IOException {
        Exporters workers = where.equals("unix")
                ? Exporters.onSockets(processes, directory, format)
                : Exporters.onPorts(processes, directory, format);
        workers.counted(0, 100);
        workers.counted(1, 50);
        workers.master().awaitFigure(JOBS, 150);

        Figures figures = workers.figures();
        assertThat(figures.of("app_queue")).isEqualTo(6);
        assertThat(figures.of("app_job_seconds_count")).isEqualTo(150);
        assertThat(figures.of("app_job_seconds_sum")).isEqualTo(75);
        assertThat(figures.named("app_job_seconds_bucket").values()).containsExactlyInAnyOrder(0.0, 150.0, 150.0);
        assertThat(figures.of("app_seen_0")).isEqualTo(1);
        assertThat(figures.of("app_seen_1")).isEqualTo(1);
        workers.master().awaitFigure(MISSING, 0);

        workers.counted(0, 5);
        workers.master().awaitFigure(JOBS, 155);
        workers.counted(0, 30);
        workers.master().awaitFigure(JOBS, 180);
        assertThat(workers.figures().of("app_job_seconds_count")).isEqualTo(180);
    }

    @Test
    void oneThatHangsIsMissingAndHoldsNobodyUp() throws IOException {
        Exporters workers = Exporters.onSockets(processes, directory, "plain");
        workers.counted(0, 100);
        workers.counted(1, 50);
        workers.master().awaitFigure(JOBS, 150);

        workers.behave(1, "hang");
        workers.master().awaitFigure(MISSING, 1);
        workers.counted(0, 101);
        workers.master().awaitFigure(JOBS, 151);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            Figures figures = workers.figures();
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
            // The other one, too, may take longer than the moment that a scrape waits: the machine is busy.
            assertThat(figures.of(MISSING)).isGreaterThanOrEqualTo(1);
            assertThat(figures.of(JOBS)).isEqualTo(151);
        }
        System.err.printf("CommandMetricsIT: best scrape with a worker that hangs %.1f ms%n", best);
        workers.master()
                .process()
                .awaitLine("worker 1 does not expose its metrics at .*: no response within", PATIENCE);

        workers.behave(1, "");
        workers.master().awaitFigure(MISSING, 0);
        assertThat(workers.figures().of(JOBS)).isEqualTo(151);
    }

    @ParameterizedTest
    @CsvSource({"plain, cut", "plain, length", "plain, chunks", "open, cut", "open, eof"})
    void aTruncatedResponseIsMissingAndItsNumbersDoNotCount(String format, String mode) throws IOException {
        Exporters workers = Exporters.onSockets(processes, directory, format);
        workers.counted(0, 4567);
        workers.counted(1, 1000);
        workers.master().awaitFigure(JOBS, 5567);

        workers.behave(0, mode);
        workers.master().awaitFigure(MISSING, 1);
        workers.master()
                .process()
                .awaitLine("worker 0 does not expose its metrics at .*: the response is truncated", PATIENCE);
        assertThat(workers.figures().of(JOBS)).isEqualTo(5567);

        workers.behave(0, "");
        workers.counted(0, 4570);
        workers.master().awaitFigure(JOBS, 5570);
    }

    @Test
    void garbageIsCountedAndSpoilsNothing() throws IOException {
        Exporters workers = Exporters.onSockets(processes, directory, "plain");
        workers.counted(0, 100);
        workers.counted(1, 50);
        workers.master().awaitFigure(JOBS, 150);
        assertThat(workers.figures().of(GARBAGE)).isZero();

        workers.behave(1, "garbage");
        await("rejects").atMost(PATIENCE).until(() -> workers.figures().of(GARBAGE) > 0);
        workers.counted(0, 120);
        workers.master().awaitFigure(JOBS, 170);
        assertThat(workers.figures().of(MISSING)).isGreaterThanOrEqualTo(1);
        assertThat(workers.figures().of("app_queue"))
                .as("with what it said last")
                .isEqualTo(6);
        workers.master().process().awaitLine("worker 1's metrics: ", PATIENCE);

        workers.behave(1, "");
        workers.counted(1, 60);
        workers.master().awaitFigure(JOBS, 180);
        assertThat(workers.figures().of("app_queue")).isEqualTo(6);
    }

    @Test
    void whatAKilledWorkerSaidLastStays() throws IOException {
        Exporters workers = Exporters.onSockets(processes, directory, "plain");
        workers.counted(0, 100);
        workers.counted(1, 50);
        workers.master().awaitFigure(JOBS, 150);

        long victim = workers.master().kill(1);
        await("the death")
                .atMost(PATIENCE)
                .until(() -> !workers.master().process().children().contains(victim));
        assertThat(workers.figures().of(JOBS)).isEqualTo(150);
        workers.master().awaitReplaced(victim, 2);
        workers.master().awaitFigure(MERGED, 2);
        assertThat(workers.figures().of(JOBS)).isEqualTo(150);
        assertThat(workers.figures().of("app_queue")).as("gauges die").isEqualTo(6);

        workers.counted(1, 8);
        workers.master().awaitFigure(JOBS, 158);
    }

    @Test
    void aTypeThatWorkersDisagreeAboutIsSaid() throws IOException {
        Exporters workers = Exporters.onSockets(processes, directory, "plain");
        workers.counted(0, 100);
        workers.counted(1, 50);
        workers.master().awaitFigure(JOBS, 150);
        assertThat(workers.figures().of(TYPE)).isZero();

        workers.behave(1, "gauge");
        await("rejects").atMost(PATIENCE).until(() -> workers.figures().of(TYPE) > 0);
        workers.master()
                .process()
                .awaitLine(
                        "worker 1's metric app_jobs_total is left out: its type is gauge where another worker's is counter",
                        PATIENCE);
        workers.counted(0, 110);
        workers.master().awaitFigure(JOBS, 160);
    }

    /** The others are rows of {@code BadInput}. */
    @Test
    void anAddressThatIsNoneIsRefusedInOneLine() {
        String options = "--workers 2 --listen 127.0.0.1:0 --metrics-url ftp://127.0.0.1/metrics";
        String line = StartedMaster.awaitRefusal(
                processes
                        .prefork(Jdks.running(), StartedMaster.arguments(options, List.of("sleep", "600")))
                        .start(),
                2);
        assertThat(line).contains("metrics-url");
    }
}
