package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.command.WorkerAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TTIN and TTOU: add a worker, remove a worker. */
class ScaleSignalsIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void oneMoreServesAndOneFewerLosesNobody(Jdk jdk) throws Exception {
        StartedMaster master = start(jdk, "--workers 1");
        WorkerAnswer first = master.awaitAnswersOf(1).get(0);

        master.process().signal("TTIN");

        master.process().awaitLine("INFO +scaling from 1 to 2 workers: SIGTTIN$", SOON);
        Map<Integer, WorkerAnswer> both = master.awaitAnswersOf(2);
        assertThat(both.get(0)).isEqualTo(first);
        awaitMetrics(
                master,
                "prefork_workers_desired 2",
                "prefork_worker_up{worker=\"1\"} 1",
                "prefork_worker_starts_total{reason=\"scale\"} 1",
                "prefork_worker_restarts_total{worker=\"1\"} 0");
        assertThat(master.probe("well").status()).isEqualTo(200);

        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<List<Long>> visitors = CompletableFuture.supplyAsync(() -> visit(master, enough));
        master.process().signal("TTOU");
        String surplus = "worker 1 \\(pid " + both.get(1).pid() + "\\) ";
        master.process().awaitLine("INFO +scaling from 2 to 1 worker: SIGTTOU$", SOON);
        master.process().awaitLine(surplus + "stopping: scaling down", SOON);
        master.process().awaitLine(surplus + "stopped after .* \\(exit code 0\\)", SOON);
        enough.set(true);

        assertThat(visitors.get(SOON.toSeconds(), TimeUnit.SECONDS))
                .isNotEmpty()
                .last()
                .isEqualTo(first.pid());
        awaitMetrics(
                master,
                "prefork_workers_desired 1",
                "prefork_worker_up{worker=\"0\"} 1",
                "prefork_worker_restarts_total{worker=\"0\"} 0",
                "prefork_worker_restarts_total{worker=\"1\"} 0",
                "prefork_recover_exits 0",
                "prefork_worker_exits_total{cause=\"exit\",planned=\"true\"} 1",
                "prefork_worker_exits_total{cause=\"exit\",planned=\"false\"} 0");
        assertThat(master.metrics()).noneMatch(line -> line.startsWith("prefork_worker_up{worker=\"1\"}"));
        assertThat(master.probe("well").status()).isEqualTo(200);
        assertThat(master.probe("started").body()).contains("\"been-ready\": \"1 of 1\"");
        master.stop();
    }

    @Test
    void aPlaceThatWasGivenUpIsFilledAgain() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        master.process().signal("TTOU");
        // A JVM takes signals that are pending together in no order of their own.
        master.process().awaitLine("scaling from 2 to 1 worker: SIGTTOU$", SOON);
        master.process().signal("TTIN");
        master.process().awaitLine("scaling from 1 to 2 workers: SIGTTIN$", SOON);

        Awaitility.await().atMost(SOON).until(() -> !Proc.isAlive(before.get(1).pid()));
        Map<Integer, WorkerAnswer> after = master.awaitAnswersOf(2);

        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1).pid()).isNotEqualTo(before.get(1).pid());
        awaitMetrics(
                master,
                "prefork_worker_up{worker=\"1\"} 1",
                "prefork_worker_restarts_total{worker=\"1\"} 0",
                "prefork_worker_starts_total{reason=\"scale\"} 1");
        master.stop();
    }

    @Test
    void fewerThanAPodNeedsToBeReadyThereAreNot() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2 --min-ready 2");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);

        master.process().signal("TTOU");

        master.process().awaitLine("WARN +SIGTTOU: 2 is the minimum number of workers", SOON);
        assertThat(master.awaitAnswersOf(2)).isEqualTo(before);
        assertThat(master.metrics()).contains("prefork_workers_desired 2");
        assertThat(master.process().stdout()).containsOnlyOnce("SIGTTOU");
        master.stop();
    }

    @Test
    void withASocketForEachTheirNumberStays() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2 --reuse-port");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);

        master.process().signal("TTIN");
        master.process().awaitLine("WARN +SIGTTIN: 2 is the fixed number of workers", SOON);
        master.process().signal("TTOU");
        master.process().awaitLine("WARN +SIGTTOU: 2 is the fixed number of workers", SOON);

        assertThat(master.awaitAnswersOf(2)).isEqualTo(before);
        assertThat(master.process().stdout()).containsOnlyOnce("SIGTTIN").containsOnlyOnce("SIGTTOU");
        master.stop();
    }

    @Test
    void aStoppingMasterIsNotScaled() {
        StartedMaster master = start(Jdks.running(), "--workers 1 --drain-delay 1h");
        master.process().signal("TERM");
        master.process().awaitLine("keeps serving for", SOON);

        master.process().signal("TTIN");

        master.process().awaitLine("WARN +SIGTTIN: not scaling, a stop has begun", SOON);
        assertThat(master.process().signalUntilExit("TERM", SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
    }

    /** One visitor after the other, each with a connection of its own; returns who answered, and fails with the first loss. */
    private static List<Long> visit(StartedMaster master, AtomicBoolean enough) {
        List<Long> answered = new ArrayList<>();
        try {
            while (!enough.get()) {
                answered.add(WorkerAnswer.parse(master.get("/")).pid());
            }
            // And one who comes when there is only one worker left.
            answered.add(WorkerAnswer.parse(master.get("/")).pid());
            return answered;
        } catch (IOException e) {
            throw new AssertionError("lost after " + answered.size() + " answers", e);
        }
    }

    private static void awaitMetrics(StartedMaster master, String... lines) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(master.metrics())
                .contains(lines));
    }

    private StartedMaster start(Jdk jdk, String options) {
        return StartedMaster.of(processes
                        .prefork(
                                jdk,
                                arguments(
                                        options + " --ready notify --listen 127.0.0.1:0",
                                        Scripts.python("pod/obedient.py")))
                        .start())
                .awaitReady();
    }
}
