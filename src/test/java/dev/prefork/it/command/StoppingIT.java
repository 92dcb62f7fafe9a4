package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How commands are stopped: with their grace, with their whole group, and in the end by force. */
class StoppingIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aRequestInFlightIsAnsweredThoughTheShellInFrontDiesOfTheSignalAtOnce(Jdk jdk, @TempDir Path directory)
            throws Exception {
        Path go = directory.resolve("go");
        List<String> worker = Scripts.worker();
        StartedMaster master = start(
                jdk, "--workers 1", List.of("sh", "-c", "\"$1\" \"$2\"; true", "sh", worker.get(0), worker.get(1)));
        WorkerAnswer before = WorkerAnswer.parse(master.get("/"));
        long shell = master.workerPid(0);
        assertThat(Proc.parent(before.pid())).contains(shell);
        CompletableFuture<String> answer = request(master, "/wait" + go);
        master.process().awaitLine("waits in pid " + before.pid(), SOON);

        master.process().signal("TERM");

        master.process().awaitLine("worker 0 \\(pid " + shell + "\\) stopped after .* \\(SIGTERM\\)", SOON);
        assertThat(answer).as("the shell is gone, the request is not").isNotDone();
        assertThat(Proc.isAlive(before.pid())).isTrue();
        Files.createFile(go);
        assertThat(WorkerAnswer.parse(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)))
                .isEqualTo(before);
        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void everyWorkerStopsByItsOwnMeansAndTheMasterEndsWithTheLast(String signal) throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 2", Scripts.worker());
        master.awaitAnswersOf(2);

        master.process().signal(signal);

        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
        master.process().awaitLines("worker [01] \\(pid \\d+\\) stopped after .* \\(exit code 0\\)", 2, SOON);
        assertThat(master.process().stdout()).contains("stopping 2 workers: SIG" + signal);
    }

    @Test
    void aWorkerThatIgnoresTheSignalIsKilledAtTheEndOfItsGracePeriod() throws Exception {
        StartedMaster master =
                start(Jdks.running(), "--workers 1 --shutdown-grace-period 1s", Scripts.worker("--ignore-term"));
        long worker = WorkerAnswer.parse(master.get("/")).pid();
        long began = System.nanoTime();

        master.process().signal("TERM");

        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(master.process().family()).isEmpty();
        assertThat(master.process().stdout())
                .containsPattern("WARN +worker 0 \\(pid " + worker + "\\) did not stop in time, killing it");
    }

    @Test
    void aSecondSignalKillsAtOnceHoweverLongTheGracePeriod() throws Exception {
        StartedMaster master =
                start(Jdks.running(), "--workers 2 --shutdown-grace-period 1h", Scripts.worker("--ignore-term"));
        master.awaitAnswersOf(2);
        master.process().signal("TERM");
        master.process().awaitLine("stopping 2 workers", SOON);
        assertThat(master.isReady()).as("while it stops").isFalse();

        master.process().signal("TERM");

        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
    }

    @Test
    void whatIsLeftOfAGroupIsKilledWithItsLeader() throws Exception {
        StartedMaster master =
                start(Jdks.running(), "--workers 1", List.of("sh", "-c", "sleep 600 & echo \"helper $!\"; wait"));
        long helper = helper(master, 1);
        long first = master.workerPid(0);

        Proc.signal(first, "KILL");

        Awaitility.await().atMost(SOON).until(() -> Proc.state(helper).isEmpty());
        long second = helper(master, 2);
        assertThat(Proc.isAlive(second)).isTrue();
        master.stop();
        assertThat(Proc.isAlive(second)).isFalse();
    }

    private static long helper(StartedMaster master, int which) {
        String line = master.process()
                .awaitLines("^helper \\d+$", which, SOON)
                .get(which - 1)
                .text();
        Matcher number = Pattern.compile("\\d+").matcher(line);
        assertThat(number.find()).isTrue();
        return Long.parseLong(number.group());
    }

    private static CompletableFuture<String> request(StartedMaster master, String path) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return master.get(path);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private StartedMaster start(Jdk jdk, String options, List<String> command) {
        return StartedMaster.of(processes
                .prefork(jdk, arguments(options + " --listen 127.0.0.1:0", command))
                .start());
    }
}
