package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers with a bare accept loop, which need a listener that blocks; they stop by a signal of their own, too. */
class BlockingListenerIT {
    private static final int CLIENTS = 8;
    private static final int ENOUGH = 200;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aServerWithABareAcceptLoopServesAndLosesNoRequestWhenItIsStoppedUnderLoad() throws Exception {
        StartedMaster master = start(
                "--workers 3 --listen 127.0.0.1:0 --blocking-listener http --stop-signal quit",
                Scripts.python("command/accept_loop.py"));
        master.awaitAnswersOf(3);
        SocketAddress address = master.listener("http");
        AtomicInteger answers = new AtomicInteger();
        List<CompletableFuture<List<IOException>>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(client -> CompletableFuture.supplyAsync(() -> requests(address, answers)))
                .toList();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> answers.get() >= ENOUGH);

        master.process().signal("TERM");

        assertThat(master.process().awaitExit(SOON)).as(master.process()::dump).isZero();
        for (CompletableFuture<List<IOException>> client : clients) {
            assertThat(client.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEmpty();
        }
        // They ignore TERM: what stopped them, and cleanly, was the signal that was asked for.
        master.process().awaitLines("worker [012] \\(pid \\d+\\) stopped after .* \\(exit code 0\\)", 3, SOON);
        assertThat(master.process().stdout())
                .contains("accept queue empty after")
                .doesNotContain("exited unexpectedly", "was made");
        assertThat(master.process().family()).isEmpty();
    }

    /** One after the other on connections of their own, until none is to be had; what broke an answer off. */
    private static List<IOException> requests(SocketAddress address, AtomicInteger answers) {
        List<IOException> losses = new ArrayList<>();
        while (true) {
            Http connection;
            try {
                connection = Http.open(address);
            } catch (IOException refused) {
                return losses;
            }
            try (connection) {
                connection.get("/");
                answers.incrementAndGet();
            } catch (IOException e) {
                losses.add(e);
            }
        }
    }

    @Test
    void aWorkerThatMakesAnotherListenerBlockIsReportedOnceByTheListenersName() throws Exception {
        String makesItBlock = "import socket, time; socket.socket(fileno=4).setblocking(True); time.sleep(600)";
        StartedMaster master = start(
                "--workers 2 --ready delay=1s --listen fpm=127.0.0.1:0,web=127.0.0.1:0 --blocking-listener fpm",
                List.of(Scripts.python("command/accept_loop.py").get(0), "-c", makesItBlock));

        master.process()
                .awaitLine(
                        "WARN +listener web was made blocking by a worker, for all workers: .* set --blocking-listener web",
                        SOON);
        assertThat(new WorkerView(master.workerPid(0)).flags(3) & NON_BLOCKING).isZero();
        master.process().awaitLine("all workers ready", SOON);
        master.stop();
        assertThat(master.process().stdout()).containsOnlyOnce("was made").contains("listening on fpm=", ", blocking");
    }

    /** O_NONBLOCK, as in the header fcntl.h of Linux on x86-64 and aarch64. */
    private static final int NON_BLOCKING = 04000;

    private StartedMaster start(String options, List<String> command) {
        return StartedMaster.of(
                processes.prefork(Jdks.running(), arguments(options, command)).start());
    }
}
