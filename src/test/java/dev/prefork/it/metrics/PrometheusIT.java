package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.Figures.REQUESTS;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Alone;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a master whose workers are killed under load, and its numbers are held against the clients' own.
 *
 * <p>{@code -Dprefork.seconds=N} sets for how long.
 */
@Alone
class PrometheusIT {
    private static final int SECONDS = Ring.rounds("prefork.seconds", 30, 60);
    private static final int PER_SECOND = 300;
    private static final int CLIENTS = 12;
    private static final long KILL_MILLIS = 7000;
    private static final double TOLERANCE = 0.01;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void countsWhatClientsCountWhileWorkersAreKilled(@TempDir Path directory) throws IOException {
        String program = Tools.require("prometheus").toString();
        MeteredMaster master = MeteredMaster.start(processes, "--workers", "4", "--recover-threshold", "1000")
                .awaitFirstGeneration();
        assertThat(master.visit().slot()).isNotNegative();
        master.awaitCounted(1);
        RealPrometheus prometheus = RealPrometheus.start(
                processes, program, directory, master.master().management());
        await("samples from before the load")
                .atMost(PATIENCE)
                .until(() -> prometheus.samples(REQUESTS).size() >= 2);

        AtomicInteger kills = new AtomicInteger();
        SteadyLoad load;
        try (Killer killer = new Killer(master, kills)) {
            load = SteadyLoad.start(master.port(), CLIENTS, PER_SECOND)
                    .awaitAnswers(SECONDS * PER_SECOND, Duration.ofSeconds(60L + 10L * SECONDS));
        }
        load.stop();
        long settled = master.settled();
        await("the last sample").atMost(PATIENCE).until(() -> last(prometheus.samples(REQUESTS)) >= settled);

        List<Double> seen = prometheus.samples(REQUESTS);
        double grown = last(seen) - seen.get(0);
        double off = (grown - load.answered()) / load.answered();
        System.err.printf(
                "PrometheusIT: %d samples, %d kills; clients counted %d answers and %d broken requests, Prometheus %.0f: %+.3f %%%n",
                seen.size(), kills.get(), load.answered(), load.broken(), grown, 100 * off);
        assertThat(kills.get()).isPositive();
        assertThat(seen).isSorted();
        assertThat(prometheus.query("resets(" + REQUESTS + "[30m])")).isZero();
        assertThat(prometheus.query("resets(" + REQUESTS.replace("_count", "_sum") + "[30m])"))
                .isZero();
        assertThat(prometheus.query("max_over_time(prefork_scrape_workers{state=\"merged\"}[30m])"))
                .isEqualTo(4);
        assertThat(Math.abs(off)).isLessThanOrEqualTo(TOLERANCE);
    }

    private static double last(List<Double> samples) {
        return samples.get(samples.size() - 1);
    }

    /** Kills one worker or another, ready or not, every few seconds. */
    private static final class Killer implements AutoCloseable {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

        Killer(MeteredMaster master, AtomicInteger kills) {
            long seed = System.nanoTime();
            System.err.println("PrometheusIT: seed " + seed);
            Random random = new Random(seed);
            thread.scheduleAtFixedRate(
                    () -> {
                        master.kill(random.nextInt(4));
                        kills.incrementAndGet();
                    },
                    KILL_MILLIS,
                    KILL_MILLIS,
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
