package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.Figures.REQUESTS;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Alone;
import dev.prefork.it.Http;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Built-in workers count, die, hang and leave; a scrape of their master tells one story all the while. */
@Alone
class MergedMetricsIT {
    private static final int KILLS = Ring.rounds("prefork.rounds", 4, 10);
    private static final double BYTES_OF_ANY_JVM = 10e6;

    @RegisterExtension
    final Processes processes = new Processes();

    private MeteredMaster start(String... options) {
        return MeteredMaster.start(processes, options).awaitFirstGeneration();
    }

    /** Requests on connections of their own until each worker has answered, and so many at least; by slot. */
    private static Map<Integer, Integer> visitBoth(MeteredMaster master, int atLeast) {
        Map<Integer, Integer> visits = new TreeMap<>();
        await("answers of both workers")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    visits.merge(master.visit().slot(), 1, Integer::sum);
                    return visits.size() == 2 && total(visits) >= atLeast;
                });
        return visits;
    }

    private static int total(Map<Integer, Integer> visits) {
        return visits.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void whatTheDeadCountedStaysAndNoCounterEverFalls() {
        MeteredMaster master = start("--workers", "2", "--recover-threshold", "1000");
        int requests = 0;
        try (NeverFalling watch = NeverFalling.watch(master)) {
            for (int kill = 0; kill < KILLS; kill++) {
                requests += total(visitBoth(master, 20));
                master.awaitCounted(requests);
                long victim = master.kill(kill % 2);
                master.awaitReplaced(victim, 2);
                int now = requests;
                await("the same count").atMost(PATIENCE).untilAsserted(() -> assertThat(master.counted())
                        .isEqualTo(now));
            }
            int before = watch.scrapes();
            await("one more scrape").atMost(PATIENCE).until(() -> watch.scrapes() > before + 1);
            System.err.println("MergedMetricsIT: " + KILLS + " kills, " + watch.scrapes() + " scrapes, " + requests
                    + " requests, nothing lost");
            assertThat(watch.fallen()).isEmpty();
        }
        requests += total(visitBoth(master, 20));
        master.awaitCounted(requests);
        assertThat(master.settled()).isEqualTo(requests);
    }

    /** What was not written yet dies with the worker. How long ago it last wrote is a matter of the machine, too. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void aKilledWorkerTakesNoMoreWithItThanItsLastSecond() throws IOException {
        MeteredMaster master = start("--workers", "2", "--recover-threshold", "1000");
        double shortest = Double.MAX_VALUE;
        long before = master.settled();
        for (int round = 0; round < 4 && (round < 2 || Ring.isFull() || shortest > 1); round++) {
            SteadyLoad load = SteadyLoad.start(master.port(), 8, 400);
            load.awaitAnswers(1200, PATIENCE);
            long victim = master.kill(round % 2);
            long dead = System.nanoTime();
            load.awaitAnswers(load.answered() + 200, PATIENCE).stop();
            master.awaitReplaced(victim, 2);
            long counted = master.settled() - before;

            long lost = load.answered() - counted;
            double seconds = lastSeconds(load, victim, dead, lost);
            System.err.printf(
                    "MergedMetricsIT: answered %d, broken %d, counted %d, so %d lost: the last %.2f s of pid %d%n",
                    load.answered(), load.broken(), counted, lost, seconds, victim);
            assertThat(counted).isLessThanOrEqualTo((long) load.answered() + load.broken());
            shortest = Math.min(shortest, seconds);
            before += counted;
        }
        assertThat(shortest).isLessThanOrEqualTo(1);
    }

    /** In how long before its death a worker gave so many answers. */
    private static double lastSeconds(SteadyLoad load, long pid, long dead, long answers) {
        long millis = 0;
        while (answers > 0
                && millis < 100_000
                && load.answeredBy(pid, dead - TimeUnit.MILLISECONDS.toNanos(millis)) < answers) {
            millis += 10;
        }
        return millis / 1e3;
    }

    @Test
    void aStoppedWorkerIsMissingAndItsNumbersCountAllTheSame() throws IOException {
        MeteredMaster master = start("--workers", "2");
        int requests = total(visitBoth(master, 50));
        master.awaitCounted(requests);
        long stopped = master.master().workerPid(0);

        Proc.freeze(stopped);
        master.awaitFigure("prefork_scrape_workers{state=\"missing\"}", 1);
        master.awaitFigure("prefork_scrape_workers{state=\"merged\"}", 1);

        double best = Double.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            Figures figures = master.figures();
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
            // The other one, too, may not have run for a while: the machine is busy.
            assertThat(figures.of("prefork_scrape_workers{state=\"missing\"}")).isGreaterThanOrEqualTo(1);
            assertThat(figures.of(REQUESTS)).isEqualTo(requests);
        }
        System.err.printf("MergedMetricsIT: best scrape with a stopped worker %.1f ms%n", best);
        assertThat(best).as("milliseconds of the best scrape").isLessThan(100);

        Proc.signal(stopped, "CONT");
        master.awaitFigure("prefork_scrape_workers{state=\"missing\"}", 0);
        master.awaitFigure("prefork_scrape_workers{state=\"merged\"}", 2);
        assertThat(master.counted()).isEqualTo(requests);
    }

    @Test
    void aWorkerThatLeavesInOrderLosesNothing() throws IOException {
        MeteredMaster master = start("--workers", "2");
        SteadyLoad load = SteadyLoad.start(master.port(), 8, 400).awaitAnswers(500, PATIENCE);
        master.process().signal("TTOU");
        master.process().awaitLine("worker 1 \\(pid \\d+\\) stopped after ", PATIENCE);
        load.awaitAnswers(load.answered() + 100, PATIENCE).stop();

        assertThat(load.broken()).as("requests without an answer").isZero();
        master.awaitCounted(load.answered());
        assertThat(master.settled()).isEqualTo(load.answered());
        assertThat(master.figures().of("prefork_worker_drain_seconds_count")).isEqualTo(1);
        assertThat(master.figures().of("prefork_workers_desired")).isEqualTo(1);
    }

    @Test
    void workersAreToldApartWhereThatIsWanted() throws IOException {
        MeteredMaster master = start("--workers", "2", "--metrics-per-worker");
        Map<Integer, Integer> visits = visitBoth(master, 50);

        visits.forEach((slot, count) -> await("the count of worker " + slot)
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(master.figures().orZero(ofSlot(slot))).isEqualTo((double) count)));
        assertThat(master.figures().samples()).doesNotContainKey(REQUESTS);
        await("what workers bind after their start").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        master.figures().samples())
                .containsKeys("system_cpu_count{worker=\"0\"}", "system_cpu_count{worker=\"1\"}"));

        master.awaitReplaced(master.kill(0), 2);
        assertThat(master.figures().of(ofSlot(0)))
                .as("the slot's, not the process'")
                .isEqualTo((double) visits.get(0));
    }

    private static String ofSlot(int slot) {
        return REQUESTS.replace("}", ",worker=\"" + slot + "\"}");
    }

    @Test
    void theKernelsFiguresOfWorkersAndListenersAreShown(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("http.sock");
        MeteredMaster master = start(
                "--workers", "2", "--recover-threshold", "10", "--backlog", "77", "--listen", "side=unix://" + socket);
        Figures first = master.figures();
        for (int slot = 0; slot < 2; slot++) {
            String worker = "{worker=\"" + slot + "\"}";
            assertThat(first.of("prefork_worker_resident_memory_bytes" + worker))
                    .isGreaterThan(BYTES_OF_ANY_JVM);
            assertThat(first.of("prefork_worker_open_fds" + worker)).isGreaterThan(3);
            assertThat(first.of("prefork_worker_threads" + worker)).isGreaterThan(1);
        }
        for (String listener : new String[] {"http", "side"}) {
            String label = "{listener=\"" + listener + "\"}";
            assertThat(first.of("prefork_listener_queue" + label)).isZero();
            assertThat(first.of("prefork_listener_queue_limit" + label)).isEqualTo(77);
        }
        assertThat(Http.get(Http.path(socket), "/").status()).isEqualTo(200);

        SteadyLoad load = SteadyLoad.start(master.port(), 4, 400)
                .awaitAnswers(800, PATIENCE)
                .stop();
        assertThat(load.broken()).isZero();
        String cpu = "prefork_worker_cpu_seconds_total{worker=\"0\"}";
        double busy = master.figures().of(cpu);
        assertThat(busy + master.figures().of(cpu.replace('0', '1')))
                .as("seconds of CPU time under load")
                .isGreaterThan(first.of(cpu) + first.of(cpu.replace('0', '1')));
        long victim = master.kill(0);
        await("the death")
                .atMost(PATIENCE)
                .until(() -> !master.process().children().contains(victim));
        assertThat(master.figures().of(cpu)).isGreaterThanOrEqualTo(busy);
        master.awaitReplaced(victim, 2);
        assertThat(master.figures().of(cpu)).as("with the successor's").isGreaterThan(busy);
    }

    @Test
    void connectionsThatWaitAreSeenInTheQueue() throws IOException {
        MeteredMaster master = start("--workers", "1");
        Proc.freeze(master.master().workerPid(0));
        try (Http first = Http.open(Http.port(master.port()));
                Http second = Http.open(Http.port(master.port()))) {
            assertThat(first).isNotSameAs(second);
            master.awaitFigure("prefork_listener_queue{listener=\"http\"}", 2);
            assertThat(master.figures().of("prefork_saturation_part_ratio{part=\"queue\"}"))
                    .isBetween(0.0, 1.0);
        }
    }
}
