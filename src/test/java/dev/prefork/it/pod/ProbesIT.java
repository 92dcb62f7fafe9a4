package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a kubelet and a dashboard are told while workers come, die and stop. */
class ProbesIT {
    private static final String HOURS_OF_BACK_OFF =
            "--recover-interval 1h --recover-interval-max 1h --recover-threshold 5";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aPodThatLosesItsWorkersIsFirstNotWellThenNotReadyAndAliveAllTheTime(Jdk jdk) throws IOException {
        StartedMaster master = start(jdk, "--workers 2 " + HOURS_OF_BACK_OFF);
        awaitProbe(master, "well", 200, "\"backing-off\": false");
        assertProbe(master, "ready", 200, "\"workers-ready\": 2", "\"min-ready\": 1", "\"stop\": \"none\"");
        assertThat(master.probe("ready").body()).doesNotContain("none-ready-for-ms", "last-exit");

        Proc.signal(master.workerPid(0), "KILL");

        awaitProbe(master, "well", 503, "\"backing-off\": true", "\"last-exit-cause\": \"signal\"");
        assertProbe(master, "ready", 200, "\"workers-ready\": 1", "\"restarts-in-window\": 1");
        assertThat(master.probe("ready").body()).doesNotContain("none-ready-for-ms");
        assertProbe(master, "started", 200, "\"been-ready\": \"2 of 2\"");

        Proc.signal(master.workerPid(1), "KILL");

        awaitProbe(master, "ready", 503, "\"workers-ready\": 0", "\"none-ready-for-ms\": ");
        assertProbe(master, "started", 200, "\"been-ready\": \"2 of 2\"");
        assertAlive(master);
        master.stop();
    }

    @Test
    void aMasterWhoseLoopIsStuckIsNotAliveUntilItTurnsAgain() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 1");
        awaitProbe(master, "ready", 200);
        assertAlive(master);
        RunningProcess holder = hold(master, "prefork-master");

        awaitProbe(master, "live", 503, "\"name\": \"prefork-loop\"");
        assertProbe(master, "ready", 200);

        holder.closeInput();
        holder.awaitLine("released", SOON);
        awaitProbe(master, "live", 200);
        master.stop();
    }

    /** Every other thread of it goes on. */
    private RunningProcess hold(StartedMaster master, String thread) {
        RunningProcess holder = processes
                .command(Scripts.python("pod/hold_thread.py", master.process().pid() + "", thread)
                        .toArray(String[]::new))
                .start();
        OutputLine line = holder.awaitLine("held|cannot hold", SOON);
        Assumptions.assumeTrue(line.text().equals("held"), line.text());
        return holder;
    }

    @Test
    void aPodIsStartedOnceEveryWorkerHasBeenReady() throws IOException {
        StartedMaster master =
                start(Jdks.running(), "--workers 3 --start-timeout 10m --min-ready 2", "--ready-below=" + directory);
        awaitProbe(master, "started", 503, "\"been-ready\": \"0 of 3\"");
        // As many at once as there are processors, and two at least.
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                        master.probe("started").body())
                .containsPattern("\"workers-starting\": [23]"));
        assertProbe(master, "ready", 503, "\"none-ready-for-ms\": ");

        Files.createFile(directory.resolve("1"));
        awaitProbe(master, "started", 503, "\"been-ready\": \"1 of 3\"");
        assertProbe(master, "ready", 503, "\"workers-ready\": 1");
        assertThat(master.probe("ready").body()).doesNotContain("none-ready-for-ms");

        Files.createFile(directory.resolve("0"));
        awaitProbe(master, "started", 503, "\"been-ready\": \"2 of 3\"");
        awaitProbe(master, "ready", 200, "\"workers-ready\": 2");
        assertProbe(master, "well", 503);

        Files.createFile(directory.resolve("2"));
        awaitProbe(master, "started", 200, "\"been-ready\": \"3 of 3\"");
        awaitProbe(master, "well", 200);
        master.stop();
    }

    @Test
    void aCommandThatEndsCleanlyAgainAndAgainIsNotWellThoughTheLastOneServes() throws IOException {
        Path starts = Files.writeString(directory.resolve("starts"), "");
        String thirdStays = "echo >> \"$1\"; [ $(wc -l < \"$1\") -gt 2 ] && exec sleep 600; exit 0";
        StartedMaster master = StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        arguments(
                                "--workers 1 --listen 127.0.0.1:0 --ready delay=0s --recover-threshold 9"
                                        + " --recover-interval-max 1h",
                                List.of("sh", "-c", thirdStays, "sh", starts.toString())))
                .start());

        awaitProbe(
                master,
                "well",
                503,
                "\"exits-in-a-row\": 2",
                "\"workers-ready\": 1",
                "\"backing-off\": false",
                "\"last-exit-cause\": \"exit\"");
        assertProbe(master, "ready", 200);
        master.stop();
    }

    @Test
    void liveDependsOnNoWorkerThatIsStopped() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2");
        master.awaitAnswersOf(2);
        for (int slot = 0; slot < 2; slot++) {
            Proc.freeze(master.workerPid(slot));
        }

        assertAlive(master);
    }

    @Test
    void aPodIsUnreadyAndServesWhileItsEndIsBeingSpreadAbout() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2 --drain-delay 1h --shutdown-grace-period 1h");
        master.awaitAnswersOf(2);
        master.awaitReady();

        master.process().signal("TERM");

        awaitProbe(master, "ready", 503, "\"stop\": \"unready\"", "\"workers-ready\": 2");
        assertThat(master.probe("ready").body()).doesNotContain("none-ready-for-ms");
        assertThat(master.metrics()).contains("prefork_draining 1");
        assertThat(master.awaitAnswersOf(2)).hasSize(2);
        assertProbe(master, "started", 200, "\"been-ready\": \"2 of 2\"");
        assertAlive(master);
        long dead = master.workerPid(0);
        Proc.signal(dead, "KILL");
        master.process().awaitLine("worker 0 .* started to replace pid " + dead, SOON);
        assertThat(master.awaitAnswersOf(2).get(0).pid()).isNotEqualTo(dead);
        assertThat(master.isReady()).isFalse();
    }

    /** The second answer says whether the loop has taken the first one's message. */
    private static void assertAlive(StartedMaster master) throws IOException {
        for (int i = 0; i < 3; i++) {
            assertProbe(master, "live", 200);
        }
    }

    private static void awaitProbe(StartedMaster master, String name, int status, String... data) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertProbe(master, name, status, data));
    }

    private static void assertProbe(StartedMaster master, String name, int status, String... data) throws IOException {
        Answer answer = master.probe(name);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(data.length == 0 ? new String[] {"\"status\": "} : data);
    }

    private StartedMaster start(Jdk jdk, String options, String... ofWorker) {
        return StartedMaster.of(processes
                .prefork(
                        jdk,
                        arguments(
                                options + " --ready notify --listen 127.0.0.1:0",
                                Scripts.python("pod/obedient.py", ofWorker)))
                .start());
    }
}
