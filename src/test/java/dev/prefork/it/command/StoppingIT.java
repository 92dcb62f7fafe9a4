package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

        assertThat(master.process().signalUntilExit("TERM", SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
    }

    @Test
    void signalsThatAreDoubledAtOnceAreOne(@TempDir Path directory) throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 1 --shutdown-grace-period 1h", Scripts.worker());
        Path go = directory.resolve("go");
        CompletableFuture<String> answer = request(master, "/wait" + go);
        master.process().awaitLine("waits in pid", SOON);

        long pid = master.process().pid();
        new ProcessBuilder("sh", "-c", "kill -TERM " + pid + "; kill -INT " + pid)
                .start()
                .waitFor();
        master.process().awaitLine("worker 0 \\(pid \\d+\\) stopping", SOON);
        Files.createFile(go);

        assertThat(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).startsWith("0 ");
        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().stdout()).doesNotContain("killed");
    }

    @Test
    void whoWaitsAtAStopIsServedByTheWorkerThatIsStarting(@TempDir Path directory) throws Exception {
        Path mark = directory.resolve("mark");
        Path go = directory.resolve("go");
        String slow = "if [ -e " + mark + " ]; then echo boots; until [ -e " + go + " ]; do sleep 0.05; done; fi";
        StartedMaster master = start(
                Jdks.running(),
                "--workers 1 --ready http=/ --shutdown-grace-period 120s",
                List.of("sh", "-c", slow + "; exec " + String.join(" ", Scripts.worker())));
        master.awaitReady();
        Files.createFile(mark);
        Proc.signal(master.workerPid(0), "KILL");
        master.process().awaitLine("^boots$", SOON);
        List<Http> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(Http.open(master.listener("http")));
        }

        master.process().signal("TERM");
        master.process().awaitLine("stopping 1 worker: SIGTERM", SOON);
        Files.createFile(go);

        for (Http client : clients) {
            assertThat(client.get("/").status()).isEqualTo(200);
            client.close();
        }
        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().stdout()).contains("accept queue empty").doesNotContain("reset");
    }

    @Test
    void whoWaitedInVainIsToldApartFromWhoGotServed() throws Exception {
        StartedMaster master = start(
                Jdks.running(), "--workers 1 --ready delay=0s --shutdown-grace-period 2s", List.of("sleep", "1000"));
        master.awaitReady();
        for (int i = 0; i < 3; i++) {
            Http.open(master.listener("http"));
        }
        master.process().signal("TERM");

        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().stdout())
                .contains("3 connections could not be accepted within", "3 connections never got accepted and will be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aMasterThatWasStartedWithTheSignalIgnoredHeedsItAllTheSame(String signal) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' TERM INT; exec \"$@\"", "sh"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), "--workers 1 --listen 127.0.0.1:0", Scripts.worker()));
        StartedMaster master = StartedMaster.of(
                processes.command(command.toArray(String[]::new)).start());
        master.awaitReady();

        master.process().signal(signal);

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
