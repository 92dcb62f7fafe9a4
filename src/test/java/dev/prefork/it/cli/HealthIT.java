package dev.prefork.it.cli;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.TestCertificate;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code prefork health} beside a running master, as an exec probe runs it. */
class HealthIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void everyProbeIsUpWhileAllIsWellAndNobodyAnswersAfterTheStop(Jdk jdk) {
        RunningProcess process = processes
                .prefork(
                        jdk, "--workers", "1", "--listen", "127.0.0.1:0", "--ready", "delay=10ms", "--", "sleep", "600")
                .start();
        StartedMaster master = StartedMaster.of(process).awaitReady();
        int port = port(process);
        for (String probe : List.of("live", "ready", "started", "well")) {
            RunningProcess health = looked(jdk, List.of(), port, probe);
            assertThat(health.awaitExit(SOON)).as(health::dump).isZero();
            assertThat(health.stdout()).contains("\"status\": \"UP\"", "\"workers-ready\": 1");
            assertThat(health.stderr()).as("no warning, on no JDK").isEmpty();
        }

        master.stop();

        RunningProcess health = looked(jdk, List.of(), port, "ready");
        assertThat(health.awaitExit(SOON)).as(health::dump).isEqualTo(1);
        assertThat(health.stdout()).isEmpty();
        assertThat(health.stderr())
                .isEqualTo("prefork: cannot connect to 127.0.0.1:" + port + " (connection refused): is the master"
                        + " running, and is quarkus.management.port the same for both?");
    }

    @Test
    void whileNoWorkerIsReadyTheMasterLivesButIsNotReady() {
        RunningProcess process = processes
                .prefork(
                        Jdks.running(),
                        StartedMaster.arguments(
                                "--workers 2 --listen 127.0.0.1:0 --ready notify", List.of("sleep", "600")))
                .start();
        StartedMaster.of(process);
        int port = port(process);

        assertThat(looked(Jdks.running(), List.of(), port, "live").awaitExit(SOON))
                .isZero();
        RunningProcess ready = looked(Jdks.running(), List.of(), port, "ready");
        assertThat(ready.awaitExit(SOON)).as(ready::dump).isEqualTo(1);
        assertThat(ready.stdout()).contains("\"status\": \"DOWN\"");
        assertThat(ready.stderr()).isEqualTo("prefork: not ready: 0 of 2 workers are ready, at least 1 required");
        RunningProcess started = looked(Jdks.running(), List.of(), port, "started");
        assertThat(started.awaitExit(SOON)).as(started::dump).isEqualTo(1);
        assertThat(started.stderr()).isEqualTo("prefork: not started: 0 of 2 workers have been ready");
    }

    @Test
    void aDrainingMasterIsNotReadyAndSaysWhy() {
        RunningProcess process = processes
                .prefork(
                        Jdks.running(),
                        StartedMaster.arguments(
                                "--workers 1 --listen 127.0.0.1:0 --ready delay=10ms --drain-delay 10m",
                                List.of("sleep", "600")))
                .start();
        StartedMaster.of(process).awaitReady();
        int port = port(process);
        process.signal("TERM");

        await().untilAsserted(() -> {
            RunningProcess ready = looked(Jdks.running(), List.of(), port, "ready");
            assertThat(ready.awaitExit(SOON)).as(ready::dump).isEqualTo(1);
            assertThat(ready.stderr())
                    .isEqualTo("prefork: not ready: it is stopping (unready), 1 of 1 workers are ready");
        });
        assertThat(process.signalUntilExit("INT", SOON)).isZero();
    }

    @Test
    void aMasterWhoseManagementSpeaksTlsIsAskedOverTls() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        List<String> options = List.of(
                "-Dquarkus.management.ssl.certificate.files=" + certificate.certificateFile(),
                "-Dquarkus.management.ssl.certificate.key-files=" + certificate.keyFile());
        RunningProcess process = processes
                .prefork(
                        Jdks.running(),
                        options,
                        StartedMaster.arguments(
                                "--workers 1 --listen 127.0.0.1:0 --ready delay=10ms", List.of("sleep", "600")))
                .start();
        StartedMaster.of(process);
        process.awaitLine("all workers ready", SOON);
        int port = port(process);

        RunningProcess health = looked(Jdks.running(), options, port, "ready");
        assertThat(health.awaitExit(SOON)).as(health::dump).isZero();
        RunningProcess plain = looked(Jdks.running(), List.of(), port, "ready");
        assertThat(plain.awaitExit(SOON)).as(plain::dump).isEqualTo(1);
        assertThat(plain.stderr()).startsWith("prefork: ").hasLineCount(1);
    }

    /** The outcome of a look; one is taken again as long as a machine that is short of CPU lets its two seconds pass. */
    private RunningProcess looked(Jdk jdk, List<String> options, int port, String probe) {
        return await().pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            RunningProcess health = health(jdk, options, port, probe);
                            health.awaitExit(SOON);
                            return health;
                        },
                        health -> !health.stderr().startsWith("prefork: no answer from "));
    }

    /** As a script in a worker would run it, so that the mark of a worker is shown to mean nothing here. */
    private RunningProcess health(Jdk jdk, List<String> options, int port, String probe) {
        return processes
                .prefork(
                        jdk,
                        Stream.concat(options.stream(), Stream.of("-Dquarkus.management.port=" + port))
                                .toList(),
                        "health",
                        probe)
                .env("PREFORK_CHILD", "1")
                .start();
    }

    private static int port(RunningProcess process) {
        Matcher line = Pattern.compile("management interface on port (\\d+)")
                .matcher(process.awaitLine("management interface on port", SOON).text());
        assertThat(line.find()).isTrue();
        return Integer.parseInt(line.group(1));
    }
}
