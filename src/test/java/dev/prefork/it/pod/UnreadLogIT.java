package dev.prefork.it.pod;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A container runtime that no longer reads the log must not stop the master from doing its work. */
class UnreadLogIT {
    private static final String DROPPED = "prefork_log_lines_dropped_total";
    private static final Pattern REPORT =
            Pattern.compile("WARN  (\\d+) log lines were dropped while the log was not read");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private UnreadLog log;
    private int port;

    @BeforeEach
    void fill() throws Exception {
        log = new UnreadLog(directory);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private RunningProcess start(Jdk jdk) {
        return start(jdk, "", "sleep", "600");
    }

    private RunningProcess start(Jdk jdk, String more, String... command) {
        String options = "--workers 2 --ready delay=0s --recover-threshold 5 --listen 127.0.0.1:0" + more;
        List<String> words = new ArrayList<>(PackagedJar.command(jdk, List.of("-Dquarkus.management.port=" + port)));
        words.addAll(List.of(StartedMaster.arguments(options, List.of(command))));
        RunningProcess master = processes.command(log.to(words)).start();
        // The port accepts before everything behind it has been put in place, and no line of the log can say when it
        // has.
        await().ignoreExceptions()
                .until(() -> probe("ready").body().contains("\"workers-ready\": 2") && dropped() >= 0);
        return master;
    }

    private Answer probe(String name) throws IOException {
        return Http.get(port, "/q/health/" + name);
    }

    private long dropped() throws IOException {
        return Http.get(port, "/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(DROPPED + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(DROPPED.length())))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aWorkerIsReplacedAndTheStopKeepsItsExitCodeAlthoughTheLogIsNeverRead(Jdk jdk) throws IOException {
        RunningProcess master = start(jdk);
        long victim = master.children().get(0);
        Proc.signal(victim, "KILL");
        await().until(() -> master.children().size() == 2 && !master.children().contains(victim));
        assertThat(probe("live").status()).isEqualTo(200);

        master.signal("TERM");
        assertThat(master.awaitExit(SOON)).isZero();
        assertThat(master.family()).isEmpty();
    }

    /** Their writes wait, which is nothing that the master would wait for. */
    @ParameterizedTest
    @ValueSource(strings = {"block", "drop"})
    void workersThatWriteWithoutEndAreSupervisedAllTheSame(String full) throws IOException {
        RunningProcess master = start(Jdks.running(), " --log-tag --log-full " + full, "yes");
        long victim = master.children().get(0);
        Proc.signal(victim, "KILL");
        await().until(() -> master.children().size() == 2 && !master.children().contains(victim));
        assertThat(probe("live").status()).isEqualTo(200);
        await().until(() -> dropped() > 0 == full.equals("drop"));

        master.signal("TERM");
        assertThat(master.awaitExit(SOON)).isZero();
        assertThat(master.family()).isEmpty();
    }

    @Test
    void theReasonOfTheEndIsLeftForThePodAlthoughTheLogIsNeverRead() throws IOException {
        Path message = Files.createFile(directory.resolve("message"));
        List<String> pod = List.of(
                Tools.require("unshare").toString(),
                "--mount",
                "sh",
                Scripts.path("pod/termination_log.sh").toString(),
                message.toString());
        Tools.requireSuccess(
                "this user may not put another /dev in place",
                Stream.concat(pod.stream(), Stream.of("true")).toList());
        List<String> master = StartedMaster.commandLine(
                Jdks.running(), "--workers 1 --ready notify --listen 127.0.0.1:0", List.of("false"));
        RunningProcess running = processes
                .command(log.to(Stream.concat(pod.stream(), master.stream()).toList()))
                .start();

        assertThat(running.awaitExit(SOON)).isEqualTo(3);
        assertThat(message).content().startsWith("the first generation never became ready");
    }

    @Test
    void whatWasDroppedIsCountedAndReportedOnceTheLogIsReadAgain() throws Exception {
        RunningProcess master = start(Jdks.running());
        // A line each.
        String signals = "i=0; while [ $i -lt 2000 ]; do kill -USR1 " + master.pid() + "; i=$((i + 1)); done";
        await().until(() -> {
            new ProcessBuilder("sh", "-c", signals).start().waitFor();
            return dropped() > 0;
        });
        assertThat(probe("live").status()).isEqualTo(200);

        log.beginToRead();
        await().until(() -> reports().size() == 1);
        long reported = Long.parseLong(reports().get(0).group(1));
        assertThat(dropped()).isEqualTo(reported);
        assertThat(log.lines().get(0)).contains("master (pid " + master.pid() + ") starting");

        master.signal("TERM");
        assertThat(master.awaitExit(SOON)).isZero();
        await().until(() -> log.lines().stream()
                .anyMatch(line -> line.contains("worker 1 (pid") && line.contains("stopped after")));
        assertThat(reports()).hasSize(1);
    }

    private List<MatchResult> reports() {
        return log.lines().stream()
                .flatMap(line -> REPORT.matcher(line).results())
                .toList();
    }
}
