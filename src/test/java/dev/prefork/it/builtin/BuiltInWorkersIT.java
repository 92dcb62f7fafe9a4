package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInWorkersIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void servesIsProbedReplacesTheDeadAndStops(Jdk jdk) throws IOException {
        RunningMaster master = RunningMaster.start(processes, jdk, "--workers", "2");
        Set<Long> first = master.awaitAnswersOf(2);

        assertThat(master.probe("live").status()).isEqualTo(200);
        assertThat(master.probe("ready").status()).isEqualTo(200);
        assertThat(master.probe("started").status()).isEqualTo(200);

        long victim = first.iterator().next();
        Proc.signal(victim, "KILL");
        master.process().awaitLine("started to replace pid " + victim, PATIENCE);
        await().atMost(PATIENCE).until(() -> master.metric("prefork_workers{state=\"ready\"}") == 2);

        assertThat(master.metric("prefork_worker_exits_total{cause=\"signal\",planned=\"false\"}"))
                .isEqualTo(1);
        assertThat(master.metric("prefork_worker_starts_total{reason=\"boot\"}"))
                .isEqualTo(2);
        assertThat(master.metric("prefork_worker_starts_total{reason=\"recover\"}"))
                .isEqualTo(1);
        assertThat(master.metric("prefork_worker_restarts_total{worker=\"0\"}")
                        + master.metric("prefork_worker_restarts_total{worker=\"1\"}"))
                .isEqualTo(1);
        assertThat(master.metric("prefork_recover_exits")).isEqualTo(1);
        assertThat(master.metric("prefork_recover_threshold")).isEqualTo(1);
        assertThat(master.probe("ready").body()).contains("(pid " + victim + "): SIGKILL");
        assertThat(master.awaitAnswersOf(2)).doesNotContain(victim);

        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
        assertThat(master.process().family()).isEmpty();
        assertThat(master.process().stderr()).as("no warning, on no JDK").isEmpty();
    }

    @Test
    void oneKillMoreThanTheThresholdIsExit4WithOneLine() throws IOException {
        RunningMaster master =
                RunningMaster.start(processes, Jdks.running(), "--workers", "2", "--recover-threshold", "1");
        List<Long> first = master.process().children();
        Proc.signal(first.get(0), "KILL");
        master.process().awaitLine("started to replace pid " + first.get(0), PATIENCE);
        Proc.signal(first.get(1), "KILL");

        assertThat(master.process().awaitExit(PATIENCE)).isEqualTo(4);
        assertThat(master.process().stderr().lines())
                .singleElement()
                .asString()
                .startsWith("prefork: recover threshold exceeded: 2 unexpected worker exits within 60s");
        assertThat(master.process().family()).isEmpty();
    }

    @Test
    void aWorkerHasNothingOfTheMastersButWhatItIsGivenAndTheGracePeriodForItsRequests() {
        RunningMaster master =
                RunningMaster.start(processes, Jdks.running(), "--workers", "2", "--shutdown-grace-period", "40s");
        Map<Integer, String> own = Proc.fds(master.process().pid());

        for (long worker : master.process().children()) {
            Map<Integer, String> fds = Proc.fds(worker);
            assertThat(fds.get(3)).startsWith("socket:").isIn(own.values());
            assertThat(fds.get(4)).startsWith("pipe:");
            assertThat(Proc.environment(worker))
                    .containsEntry("PREFORK_LIFELINE", "4")
                    .containsEntry("PREFORK_SHUTDOWN_GRACE_PERIOD", "40s");
            int guard = Integer.parseInt(Proc.environment(worker).get("PREFORK_GUARD"));
            List<String> shared = fds.entrySet().stream()
                    .filter(entry -> entry.getKey() > 4 && entry.getKey() != guard)
                    .map(Map.Entry::getValue)
                    .filter(target -> target.startsWith("socket:") || target.startsWith("pipe:"))
                    .filter(own::containsValue)
                    .toList();
            assertThat(fds.values().stream().filter(target -> target.startsWith("/memfd:prefork-board")))
                    .as("its own board, and no other worker's, in " + fds)
                    .hasSize(1);
            assertThat(shared).as("sockets and pipes of the master's in " + fds).isEmpty();
            assertThat(Proc.group(worker)).contains(worker);
        }
    }

    @Test
    void termUnderLoadEndsWithZeroAndLeavesNobody() {
        Path wrk = Tools.require("wrk");
        RunningMaster master = RunningMaster.start(processes, Jdks.running(), "--workers", "2");
        RunningProcess load = processes
                .command(wrk.toString(), "-t1", "-c16", "-d5s", "http://127.0.0.1:" + master.port() + "/")
                .start();
        await().atMost(PATIENCE).until(() -> Proc.connections(master.port()) >= 16);
        master.process().signal("TERM");

        assertThat(master.process().awaitExit(PATIENCE)).isZero();
        assertThat(master.process().family()).isEmpty();
        assertThat(load.awaitExit(PATIENCE)).as(load::dump).isZero();
        // When all is over new connections are refused, which wrk finds out when it writes; no answer was broken off
        // before.
        String errors = "Socket errors: connect \\d+, read 0, write \\d+, timeout \\d+";
        assertThat(load.stdout().replaceFirst(errors, ""))
                .as(load::dump)
                .containsPattern("\\b[1-9]\\d* requests in ")
                .doesNotContain("Socket errors", "Non-2xx");
    }

    @Test
    void aRequestInFlightIsAnsweredAfterTerm() throws Exception {
        RunningMaster master = RunningMaster.start(processes, Jdks.running(), "--workers", "1");
        try (SocketChannel slow = SocketChannel.open(Http.port(master.port()))) {
            slow.write(ByteBuffer.wrap("GET /work?ms=1500 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII)));
            // Sent, and no longer waiting to be read: the worker has it.
            await().atMost(PATIENCE).until(() -> Proc.unread(master.port()) == 0);
            master.process().signal("TERM");

            String answer = new String(Channels.newInputStream(slow).readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("worker 0");
            assertThat(master.process().awaitExit(PATIENCE)).isZero();
        }
    }

    @Test
    void aSecondTermKillsAtOnce() {
        RunningMaster master =
                RunningMaster.start(processes, Jdks.running(), "--workers", "1", "--shutdown-grace-period", "10m");
        Proc.freeze(master.process().children().get(0));
        master.process().signal("TERM");
        master.process().awaitLine("stopping 1 worker", PATIENCE);

        assertThat(master.process().signalUntilExit("TERM", PATIENCE)).isZero();
        master.process().awaitLine("worker 0 .* killed at once", PATIENCE);
    }

    @Test
    void severalListenersAreServedByEveryWorker(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("http.sock");
        RunningMaster master = RunningMaster.start(
                processes, Jdks.running(), "--workers", "2", "--listen", "second=127.0.0.1:0,unix=unix://" + socket);
        String line = master.process()
                .awaitLine("listening on second=", PATIENCE)
                .text()
                .replaceFirst(".*:(\\d+), descriptor 4$", "$1");

        Set<Long> workers = Set.copyOf(master.process().children());
        assertThat(workers).hasSize(2);
        for (SocketAddress listener :
                List.of(Http.port(master.port()), Http.port(Integer.parseInt(line)), Http.path(socket))) {
            Set<Long> answered = new HashSet<>();
            await("an answer of each worker on " + listener)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        answered.add(RunningMaster.pid(Http.get(listener, "/")));
                        return answered.size() >= 2;
                    });
            assertThat(answered).isEqualTo(workers);
        }
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
        assertThat(socket).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theQueueOutlivesTheWorkers(boolean reusePort) throws Exception {
        RunningMaster master =
                RunningMaster.start(processes, Jdks.running(), "--workers", "2", "--reuse-port=" + reusePort);
        if (reusePort) {
            master.process().awaitLine("one socket per worker", PATIENCE);
        }
        master.awaitAnswersOf(2);
        List<Long> workers = master.process().children();
        for (long worker : workers) {
            Proc.freeze(worker);
        }
        // Nobody accepts now: these wait in the queue, or in the queues of both sockets, and their workers die.
        List<CompletableFuture<Integer>> waiting = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return master.get("/").status();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }))
                .toList();
        Proc.signal(workers.get(0), "KILL");
        // The dead one cannot be told, and its successor was never stopped.
        Proc.signal(workers.get(1), "CONT");
        for (var answer : waiting) {
            assertThat(answer.get(90, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    @Test
    void workersEndWhenTheirMasterIsKilled() {
        RunningMaster master = RunningMaster.start(processes, Jdks.running(), "--workers", "2");
        master.process().signal("KILL");

        await().atMost(PATIENCE).until(() -> master.process().family().isEmpty());
    }

    @Test
    void aWorkerThatCrashesOrHangsIsOneWorkerLess() throws IOException {
        RunningMaster master =
                RunningMaster.start(processes, Jdks.running(), "--workers", "2", "--recover-threshold", "5");
        long crashed = crash(master);

        master.process().awaitLine("\\(pid " + crashed + "\\) exited unexpectedly: exit code", PATIENCE);
        await().atMost(PATIENCE).until(() -> master.metric("prefork_workers{state=\"ready\"}") == 2);
        assertThat(master.awaitAnswersOf(2)).doesNotContain(crashed);
    }

    private static long crash(RunningMaster master) throws IOException {
        try (Http connection = Http.open(Http.port(master.port()))) {
            long pid = RunningMaster.pid(connection.get("/"));
            try {
                connection.get("/crash");
            } catch (IOException expected) {
                // It is gone before it could answer.
                return pid;
            }
            throw new AssertionError("/crash was answered");
        }
    }

    @Test
    void signalsWithoutAMeaningAreSaidAndEndNothing() throws IOException {
        RunningMaster master = RunningMaster.start(processes, Jdks.running(), "--workers", "1");
        for (String signal : List.of("USR1", "USR2", "WINCH")) {
            master.process().signal(signal);
            master.process().awaitLine("SIG" + signal + " is ignored", PATIENCE);
        }

        assertThat(master.get("/").status()).isEqualTo(200);
        master.process().signal("INT");
        assertThat(master.process().awaitExit(PATIENCE)).isZero();
    }

    @Test
    void aTakenManagementPortIsExit5WithOneLineAndLeavesNobody() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            RunningProcess master = processes
                    .prefork(
                            Jdks.running(),
                            List.of("-Dquarkus.management.port=" + taken.getLocalPort()),
                            "--listen",
                            "127.0.0.1:0",
                            "--workers",
                            "1")
                    .start();

            assertThat(master.awaitExit(PATIENCE)).isEqualTo(5);
            assertThat(master.stderr().lines())
                    .singleElement()
                    .asString()
                    .startsWith("prefork: the management interface cannot listen on 0.0.0.0:" + taken.getLocalPort()
                            + ": Address already in use; ");
            assertThat(master.family()).isEmpty();
        }
    }
}
