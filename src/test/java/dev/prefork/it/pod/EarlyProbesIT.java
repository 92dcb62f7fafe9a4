package dev.prefork.it.pod;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Probes of a master whose workers still boot, as a rule before its Quarkus does. When that boots depends on the machine, and is
 * BootTurnTest's: here, only what is true at any moment is asked for.
 */
class EarlyProbesIT {
    /** Uses the CPU, as a worker that boots, until a file is there; then it waits. */
    private static final String BUSY = "while [ ! -e \"$0\" ]; do :; done; exec sleep 600";

    private static final String SERVES = "management interface on port";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    private RunningProcess start(Jdk jdk, int port, String options, String... jvm) {
        List<String> all = new ArrayList<>(List.of("-Dquarkus.management.port=" + port));
        all.addAll(List.of(jvm));
        List<String> command = List.of("sh", "-c", BUSY, directory.resolve("go").toString());
        return processes
                .prefork(
                        jdk,
                        all,
                        StartedMaster.arguments(
                                "--workers 1 --listen 127.0.0.1:0 --ready delay=10m --start-timeout 20m" + options,
                                command))
                .start();
    }

    private static Answer get(int port, String path) throws IOException {
        return Http.get(port, path);
    }

    private void release() throws IOException {
        Files.createFile(directory.resolve("go"));
    }

    /** One after the other: none is refused, reset, or answered by anything else than the truth. */
    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void noProbeFailsFromTheFirstLineUntilQuarkusServes(Jdk jdk) throws IOException {
        int port = freePort();
        RunningProcess process = start(jdk, port, "");
        process.awaitLine("initial workers: ", SOON);
        await().until(() -> get(port, "/q/health/live").status() == 200);

        Answer ready = get(port, "/q/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body()).contains("\"prefork-workers\"", "\"workers-starting\": 1", "\"status\": \"DOWN\"");
        assertThat(get(port, "/q/health/started").status()).isEqualTo(503);
        assertThat(get(port, "/q/metrics").status()).isIn(503, 200);
        release();

        do {
            Answer live = get(port, "/q/health/live");
            assertThat(live.status()).isEqualTo(200);
            assertThat(live.body()).contains("\"name\": \"prefork-loop\"", "\"workers-starting\": 1");
        } while (!process.stdout().contains(SERVES));
        assertThat(get(port, "/q/metrics").body()).contains("prefork_workers");
        process.signal("TERM");
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
    }

    @Test
    void aStopWhileWorkersBootIsAsAnyOther() throws IOException {
        int port = freePort();
        RunningProcess process = start(Jdks.running(), port, "");
        process.awaitLine("initial workers: ", SOON);
        await().until(() -> get(port, "/q/health/live").status() == 200);

        assertThat(process.signalUntilExit("TERM", SOON)).as(process::dump).isZero();
        assertThat(process.stdout()).contains("stopping 1 worker: SIGTERM");
        assertThat(process.family()).isEmpty();
    }

    @Test
    void workersThatFailBeforeQuarkusAreSaidAsEver() throws IOException {
        RunningProcess process = processes
                .prefork(
                        Jdks.running(),
                        List.of("-Dquarkus.management.port=" + freePort()),
                        StartedMaster.arguments(
                                "--workers 1 --recover-threshold 0 --listen 127.0.0.1:0", List.of("false")))
                .start();

        assertThat(StartedMaster.awaitRefusal(process, 3)).contains("the first generation never became ready");
        assertThat(process.stdout()).contains("exited unexpectedly", "giving up");
    }

    @Test
    void settingsOfTheLogAreQuarkusToApplyAtOnce() throws IOException {
        int port = freePort();
        RunningProcess process = start(Jdks.running(), port, "", "-Dquarkus.log.console.format=[%p] %s%n");

        process.awaitLine("\\[INFO] management interface on port " + port, SOON);
        assertThat(process.stdout()).contains("[INFO] initial workers: ");
        assertThat(get(port, "/q/health/live").status()).isEqualTo(200);
        release();
    }

    @Test
    void everyLineIsWrittenOnceAndAtItsTime() throws IOException {
        RunningProcess process = start(Jdks.running(), freePort(), "");
        process.awaitLine("initial workers: ", SOON);
        release();
        process.awaitLine(SERVES, SOON);

        for (String line : List.of("listening on ", " started", "initial workers: ", SERVES)) {
            assertThat(process.stdout().lines().filter(text -> text.contains(line)))
                    .as(process::dump)
                    .hasSize(1);
        }
        assertThat(process.stdout()).containsSubsequence("listening on ", "initial workers: ", SERVES);
        assertThat(process.stdout().lines())
                .allMatch(
                        line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ (INFO|WARN) .*"));
    }
}
