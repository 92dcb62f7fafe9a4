package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** When a command counts as ready, by each of the ways to say so. */
class ReadinessIT {
    private static final Pattern READY_AFTER = Pattern.compile("worker 0 \\(pid \\d+\\) ready after (\\d+\\.\\d+) s");

    private static final String LATE_SERVER = """
            import select, socket, time
            time.sleep(3)
            print("accepting", flush=True)
            listener = socket.socket(fileno=3)
            while select.select([listener], [], []):
                connection, _ = listener.accept()
                connection.recv(1)
            """;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void byNotificationThePodIsReadyOnceTheWorkerSaysSoAndNotBefore() throws Exception {
        StartedMaster master = StartedMaster.of(start("--ready notify", Scripts.worker()));
        // It serves, for longer than what would count as ready without a notification.
        master.process().awaitLine("worker 0 .* started", SOON);
        master.get("/sleep/1.2");
        assertThat(master.isReady()).isFalse();
        assertThat(master.metrics()).contains("prefork_workers{state=\"starting\"} 1");

        master.get("/ready");

        master.awaitReady();
        assertThat(master.metrics()).contains("prefork_workers{state=\"ready\"} 1");
        master.process().awaitLine(READY_AFTER.pattern(), SOON);
        List<String> lines = texts(master);
        assertThat(lines.indexOf("sends READY=1")).isLessThan(indexOf(lines, READY_AFTER));
        master.stop();
    }

    @Test
    void behindAShellTheServerItselfMayNotifyThoughItIsNotTheWorkersFirstProcess() throws Exception {
        List<String> worker = Scripts.worker();
        StartedMaster master = StartedMaster.of(start(
                "--ready notify", List.of("sh", "-c", "\"$1\" \"$2\"; true", "sh", worker.get(0), worker.get(1))));
        WorkerAnswer answer = WorkerAnswer.parse(master.get("/ready"));

        master.awaitReady();

        assertThat(answer.pid()).isNotEqualTo(master.workerPid(0));
        master.stop();
    }

    @Test
    void aWorkerThatNeverNotifiesFailsAtItsStartTimeout() {
        RunningProcess process = start("--ready notify --start-timeout 2s", Scripts.worker());

        String reason = StartedMaster.awaitRefusal(process, 3);

        assertThat(reason)
                .contains("the first generation never became ready", "start timeout", "SIGKILL", "--start-timeout");
        assertThat(process.stdout()).contains("not ready after 2000 ms");
    }

    @Test
    void byDelayAWorkerIsReadyAfterLivingForThatLong() {
        StartedMaster master = StartedMaster.of(start("--ready delay=1s", List.of("sleep", "600")));

        assertThat(readyAfter(master)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        master.awaitReady();
    }

    @Test
    void byDefaultACommandIsReadyOnceItWaitsForConnectionsAndNotBefore() throws Exception {
        StartedMaster master =
                StartedMaster.of(start("--backlog 64", List.of(Scripts.worker().get(0), "-c", LATE_SERVER)));

        master.awaitReady();
        master.process().awaitLine("ready after", SOON);

        assertThat(texts(master).indexOf("accepting")).isBetween(0, indexOf(texts(master), READY_AFTER));
        assertThat(readyAfter(master)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        master.stop();
    }

    @Test
    void aCommandThatNeverAcceptsFailsAtItsStartTimeoutAndSoDoesTheMaster() {
        RunningProcess process = start("--start-timeout 2s", List.of("sleep", "600"));

        assertThat(StartedMaster.awaitRefusal(process, 3))
                .contains("the first generation never became ready: 2 unexpected worker exits since the start");
        assertThat(process.stdout()).doesNotContain(") ready after");
    }

    @Test
    void anApplicationThatGunicornCannotLoadWasNeverReady() {
        Tools.require("gunicorn");
        RunningProcess process = start("--backlog 64", List.of("gunicorn", "--workers", "1", "nosuch:app"));

        assertThat(process.awaitExit(SOON)).isEqualTo(3);
        assertThat(process.stderr()).contains("the first generation never became ready");
        assertThat(process.stdout()).doesNotContain(") ready after", "all workers ready");
    }

    @Test
    void byHttpAWorkerIsReadyWhenItAnswersItselfWhateverItsSiblingAnswers(@TempDir Path directory) throws Exception {
        Path good = directory.resolve("good");
        List<String> sometimesBad = List.of(
                "sh",
                "-c",
                "if [ $PREFORK_SLOT = 1 ]; then set -- \"$@\" bad-until=" + good + "; fi; exec \"$@\"",
                "sh",
                Scripts.worker().get(0),
                Scripts.path("probe/http.py").toString(),
                directory.resolve("log").toString());
        StartedMaster master = StartedMaster.of(start("--workers 2 --ready http=/healthz", sometimesBad));
        master.process().awaitLine("worker 0 .* ready after", SOON);
        String log = Files.readString(directory.resolve("log"));
        // Whoever answered well was the one that is ready; the other has been asked too, or will be.
        Awaitility.await()
                .atMost(SOON)
                .until(() -> Files.readString(directory.resolve("log"))
                                .lines()
                                .filter(line -> line.startsWith("asked GET /healthz"))
                                .count()
                        > log.lines().filter(line -> line.startsWith("asked")).count());
        assertThat(master.metrics()).contains("prefork_workers{state=\"starting\"} 1");

        Files.createFile(good);
        master.process().awaitLine("worker 1 .* ready after", SOON);
        master.process().awaitLine("all workers ready", SOON);
        master.stop();
    }

    @Test
    void aWorkerThatNeverAnswersWellFailsAtItsStartTimeout(@TempDir Path directory) {
        RunningProcess process = start(
                "--ready http=/healthz --start-timeout 3s",
                List.of(
                        Scripts.worker().get(0),
                        Scripts.path("probe/http.py").toString(),
                        directory.resolve("log").toString(),
                        "status=404"));

        assertThat(StartedMaster.awaitRefusal(process, 3))
                .contains("the first generation never became ready", "start timeout");
    }

    @Test
    void thePodIsReadyOnceAsManyWorkersAreAsItNeeds() throws Exception {
        StartedMaster master = StartedMaster.of(start("--workers 2 --min-ready 2 --ready notify", Scripts.worker()));
        WorkerAnswer first = WorkerAnswer.parse(master.get("/ready"));
        master.process().awaitLine("worker " + first.slot() + " .* ready after", SOON);
        assertThat(master.isReady()).isFalse();

        Awaitility.await()
                .atMost(SOON)
                .until(() -> WorkerAnswer.parse(master.get("/ready")).slot() != first.slot());

        master.awaitReady();
    }

    private RunningProcess start(String options, List<String> command) {
        String workers = options.contains("--workers") ? "" : " --workers 1";
        return processes
                .prefork(Jdks.running(), arguments(options + workers + " --listen 127.0.0.1:0", command))
                .start();
    }

    private static Duration readyAfter(StartedMaster master) {
        Matcher line = READY_AFTER.matcher(
                master.process().awaitLine(READY_AFTER.pattern(), SOON).text());
        assertThat(line.find()).isTrue();
        return Duration.ofMillis(Math.round(Double.parseDouble(line.group(1)) * 1000));
    }

    private static List<String> texts(StartedMaster master) {
        return master.process().output().stream().map(OutputLine::text).toList();
    }

    private static int indexOf(List<String> lines, Pattern pattern) {
        return lines.indexOf(lines.stream()
                .filter(line -> pattern.matcher(line).find())
                .findFirst()
                .orElseThrow());
    }
}
