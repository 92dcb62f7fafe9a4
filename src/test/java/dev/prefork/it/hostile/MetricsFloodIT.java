package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker whose labels are new in each generation, as a request's id or a pod's name would be, and that crashes all the time. */
class MetricsFloodIT {
    private static final int GENERATIONS = 25;
    private static final Duration A_WHILE = Duration.ofSeconds(300);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private final MemoryCgroup cgroup = MemoryCgroup.limitedTo(256 << 20);

    @AfterEach
    void removeTheCgroup() {
        cgroup.close();
    }

    @ParameterizedTest
    @CsvSource({"900, 4000, label", "900, 2000, bytes", "15000, 40, limit"})
    void everyScrapeIsAnsweredAndHonestWorkersAreInIt(int series, int length, String reason) throws IOException {
        StartedMaster master = start(series, length);
        List<Double> jobs = new ArrayList<>();
        Waits.await("generations of a worker")
                .atMost(A_WHILE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Answer answer = Http.get(master.management(), "/q/metrics");
                    assertThat(answer.status()).isEqualTo(200);
                    jobs.add(figure(answer, "app_jobs_total"));
                    return started(master) >= GENERATIONS;
                });
        // An answer may be late for one scrape, and is there for the next.
        Waits.await("the honest workers").untilAsserted(() -> {
            Answer answer = Http.get(master.management(), "/q/metrics");
            assertThat(figure(answer, "app_slot_1")).isEqualTo(1);
            assertThat(figure(answer, "app_slot_2")).isEqualTo(1);
            assertThat(figure(answer, "prefork_scrape_rejects_total{reason=\"" + reason + "\"}"))
                    .isPositive();
        });
        System.err.printf(
                "MetricsFloodIT: %d series of %d bytes: %d scrapes, the last of %d bytes, %d MiB resident%n",
                series,
                length,
                jobs.size(),
                Http.get(master.management(), "/q/metrics").body().length(),
                Proc.residentBytes(master.process().pid()) >> 20);
        assertThat(jobs).isSorted();
        assertThat(cgroup.oomKills()).isZero();
        assertThat(master.process().output()).noneMatch(line -> line.text().contains("OutOfMemoryError"));
        master.stop();
    }

    private static double figure(Answer answer, String series) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    private static long started(StartedMaster master) {
        return master.process().output().stream()
                .filter(line -> line.text().matches(".*worker 0 \\(pid \\d+\\) started.*"))
                .count();
    }

    private StartedMaster start(int series, int length) {
        String options = "--workers 3 --ready delay=0s --recover-threshold 100000 --recover-interval-max 100ms"
                + " --listen 127.0.0.1:0 --metrics-url unix:" + directory + "/{slot}.sock:/metrics";
        List<String> command =
                Scripts.python("hostile/growing_metrics.py", directory.toString(), "" + series, "" + length, "2");
        RunningProcess process = processes
                .prefork(Jdks.running(), arguments(options, command))
                .inside(cgroup)
                .start();
        StartedMaster master = StartedMaster.of(process);
        process.awaitLine("all workers ready", SOON);
        return master;
    }
}
