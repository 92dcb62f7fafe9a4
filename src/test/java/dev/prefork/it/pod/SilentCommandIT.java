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
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The watchdog over somebody else's program, which has no threads to dump. */
class SilentCommandIT {
    /** Four times what it takes a pod to fall silent. */
    private static final Duration FROZEN = Duration.ofSeconds(8);

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aCommandThatBeatsNoMoreIsAskedToEndAndReplaced(Jdk jdk) throws IOException {
        StartedMaster master = start(jdk, "--workers 2 --watchdog 5s");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);

        WorkerAnswer silent = WorkerAnswer.parse(master.get("/mute"));

        String worker = "worker " + silent.slot() + " \\(pid " + silent.pid() + "\\) ";
        master.process().awaitLine("ERROR " + worker + "sent no heartbeat for \\d+\\.\\d\\d s, watchdog timeout", SOON);
        master.process().awaitLine("WARN +" + worker + "exited unexpectedly: watchdog, exit code 0", SOON);
        master.process().awaitLine("worker \\d .* started to replace pid " + silent.pid(), SOON);
        assertThat(master.process().stdout())
                .contains("pid " + silent.pid() + " got SIGTERM")
                .doesNotContain("got SIGQUIT");
        assertThat(master.awaitAnswersOf(2).get(1 - silent.slot())).isEqualTo(before.get(1 - silent.slot()));
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(master.metrics())
                .contains("prefork_worker_exits_total{cause=\"watchdog\",planned=\"false\"} 1"));
        assertThat(master.probe("ready").body()).contains("\"last-exit-cause\": \"watchdog\"");
        master.stop();
    }

    @Test
    void aCommandThatDoesNotHeedTheRequestIsKilled() {
        StartedMaster master = start(Jdks.running(), "--workers 1 --watchdog 2s");
        long stopped = master.workerPid(0);

        Proc.freeze(stopped);

        String worker = "worker 0 \\(pid " + stopped + "\\) ";
        master.process().awaitLine(worker + "did not stop in time, killing it", SOON);
        master.process().awaitLine(worker + "exited unexpectedly: watchdog, SIGKILL", SOON);
        master.process().awaitLine("worker 0 .* started to replace pid " + stopped, SOON);
        master.stop();
    }

    /** As a pod is that is paused, or moved to another machine. */
    @Test
    void aMasterThatWasFrozenItselfBlamesNoWorkerForTheSilence() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2 --watchdog 2s");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);

        for (int i = 0; i < 3; i++) {
            long since = System.nanoTime();
            master.process().signal("STOP");
            Awaitility.await().atMost(SOON).until(() -> System.nanoTime() - since > FROZEN.toNanos());
            master.process().signal("CONT");
            Awaitility.await().atMost(SOON).until(master::isReady);
            assertThat(master.awaitAnswersOf(2)).isEqualTo(before);
        }

        WorkerAnswer silent = WorkerAnswer.parse(master.get("/mute"));
        master.process().awaitLine("\\(pid " + silent.pid() + "\\) sent no heartbeat for", SOON);
        assertThat(master.process().stdout()).containsOnlyOnce("sent no heartbeat for");
        master.stop();
    }

    private StartedMaster start(Jdk jdk, String options) {
        return StartedMaster.of(processes
                        .prefork(
                                jdk,
                                arguments(
                                        options + " --ready notify --recover-threshold 5 --listen 127.0.0.1:0",
                                        Scripts.python("pod/obedient.py")))
                        .start())
                .awaitReady();
    }
}
