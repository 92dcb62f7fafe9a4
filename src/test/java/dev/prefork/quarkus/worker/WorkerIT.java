package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import dev.prefork.os.WaitStatus.Exited;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker of the packaged application from its start to its end. */
@Timeout(120)
class WorkerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What Java exits with after SIGTERM: 128 + 15. */
    private static final Exited TERMINATED = new Exited(143);

    private final MasterSocket http = MasterSocket.tcp();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void itAnswersOnEveryListenerAndSaysSoInOneLine() throws IOException {
        try (MasterSocket unix = MasterSocket.unix(directory.resolve("s"));
                TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .listener("http-local", unix)
                        .startServing()) {
            assertThat(Client.get(http.endpoint())).contains("200 OK").endsWith(worker.name() + "\n");
            assertThat(Client.get(unix.endpoint())).contains("200 OK").endsWith(worker.name() + "\n");
            assertThat(worker.lines())
                    .singleElement()
                    .asString()
                    .matches("[0-9T:.Z+-]+ INFO  .*")
                    .contains(worker.name() + " serving [http=" + http.endpoint() + ", http-local=" + unix.endpoint());
            assertThat(worker.descriptors().get(3)).startsWith("socket:");
        }
    }

    @Test
    void twoWorkersShareOneListener() {
        try (TestWorker first = new TestWorker.Builder().listener("http", http).startServing();
                TestWorker second =
                        new TestWorker.Builder().listener("http", http).startServing()) {
            Set<String> answered = new TreeSet<>();
            await().atMost(PATIENCE).until(() -> {
                answered.add(Client.get(http.endpoint())
                        .replaceAll("(?s).*\r\n\r\n", "")
                        .strip());
                return answered.equals(new TreeSet<>(Set.of(first.name(), second.name())));
            });
        }
    }

    @Test
    void itTellsTheMasterWhenItServesAndWhenItStops() {
        Endpoint.Unix address = new Endpoint.Unix(directory.resolve("notify").toString());
        Posix posix = Posix.system();
        int inbox = posix.datagramSocket();
        posix.setOption(inbox, SocketOption.PASS_CREDENTIALS, 1);
        posix.bind(inbox, address);
        try (TestWorker worker = new TestWorker.Builder()
                .listener("http", http)
                .environment("NOTIFY_SOCKET", address.path())
                .start()) {
            assertThat(posix.receiveDatagram(inbox)).hasValueSatisfying(first -> {
                assertThat(new String(first.payload(), UTF_8)).isEqualTo("READY=1");
                assertThat(first.pid()).isEqualTo(worker.pid());
            });
            assertThat(Client.get(http.endpoint())).endsWith(worker.name() + "\n");
            worker.terminate();
            assertThat(posix.receiveDatagram(inbox))
                    .hasValueSatisfying(last ->
                            assertThat(new String(last.payload(), UTF_8)).isEqualTo("STOPPING=1"));
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        } finally {
            posix.close(inbox);
        }
    }

    @Test
    void aStoppingWorkerFinishesItsRequestsAndLeavesNewOnesToItsSiblings() {
        try (TestWorker stopping =
                        new TestWorker.Builder().listener("http", http).startServing();
                TestWorker sibling =
                        new TestWorker.Builder().listener("http", http).startServing()) {
            // While the sibling is frozen there is only one who can take the request.
            sibling.freeze();
            CompletableFuture<String> inFlight =
                    CompletableFuture.supplyAsync(() -> Client.get(http.endpoint(), "/work?ms=5000"));
            awaitAccepted();
            sibling.thaw();
            stopping.terminate();
            stopping.awaitLine("no longer accepting");
            for (int i = 0; i < 20; i++) {
                assertThat(Client.get(http.endpoint())).endsWith(sibling.name() + "\n");
            }
            assertThat(inFlight).isNotDone();
            assertThat(inFlight.join()).contains("200 OK").endsWith(stopping.name() + " worked 5000 ms\n");
            assertThat(stopping.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void whoConnectsWhileNobodyAcceptsIsServedByTheNextWorker() {
        Path path = directory.resolve("s");
        try (MasterSocket unix = MasterSocket.unix(path)) {
            try (TestWorker worker = new TestWorker.Builder()
                    .listener("http", http)
                    .listener("http-local", unix)
                    .startServing()) {
                worker.terminate();
                assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            }
            assertThat(Files.exists(path)).isTrue();
            try (Client waiting = Client.to(http.endpoint()).send("/", "close");
                    Client local = Client.to(unix.endpoint()).send("/", "close");
                    TestWorker next = new TestWorker.Builder()
                            .listener("http", http)
                            .listener("http-local", unix)
                            .startServing()) {
                assertThat(waiting.answer()).endsWith(next.name() + "\n");
                assertThat(local.answer()).endsWith(next.name() + "\n");
            }
        }
    }

    @Test
    void aConnectionThatIsKeptAliveIsToldToCloseOnceTheWorkerStops() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing();
                Client other = Client.to(http.endpoint()).send("/work?ms=2000", "close");
                Client kept = Client.to(http.endpoint()).send("/work?ms=1", "keep-alive")) {
            awaitAccepted();
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(kept::hasAnswer);
            worker.terminate();
            // Half a second of silence would be its end, and half a request is none.
            kept.write("GET / HTTP/1.1\r\nHost: x\r\n");
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(() -> {
                kept.write("X: y\r\n");
                return worker.hasSaid("no longer accepting");
            });
            String answers = kept.write("\r\n").answer();
            assertThat(answers).endsWith(worker.name() + "\n");
            assertThat(answers.toLowerCase(Locale.ROOT)).containsOnlyOnce("connection: close");
            assertThat(other.answer()).contains("worked 2000 ms");
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void anOrphanFinishesItsRequestsAndEndsWithAFailure() {
        int[] lifeline = Posix.system().socketPair();
        try (TestWorker worker = new TestWorker.Builder()
                .listener("http", http)
                .descriptor(lifeline[0], 4)
                .environment("PREFORK_LIFELINE", "4")
                .startServing()) {
            CompletableFuture<String> inFlight =
                    CompletableFuture.supplyAsync(() -> Client.get(http.endpoint(), "/work?ms=1000"));
            awaitAccepted();
            Posix.system().close(lifeline[1]);
            assertThat(inFlight.join()).contains("worked 1000 ms");
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(1));
            assertThat(worker.lines()).anyMatch(line -> line.contains(worker.name() + " The master has exited"));
        } finally {
            Posix.system().close(lifeline[0]);
        }
    }

    @Test
    void anOrphanThatCannotFinishIsHalted() {
        int[] lifeline = Posix.system().socketPair();
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .descriptor(lifeline[0], 4)
                        .environment("PREFORK_LIFELINE", "4")
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "1s")
                        .option("-Dquarkus.shutdown.timeout=60s")
                        .startServing();
                Client endless = Client.to(http.endpoint()).send("/work?ms=60000", "close")) {
            awaitAccepted();
            Posix.system().close(lifeline[1]);
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(1));
        } finally {
            Posix.system().close(lifeline[0]);
        }
    }

    @Test
    void whereItListensIsNotForItsConfigurationToSay() throws IOException {
        // Both ports are taken: binding either would fail the start.
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .environment("QUARKUS_HTTP_HOST", "127.0.0.1")
                        .environment("QUARKUS_HTTP_PORT", String.valueOf(taken.getLocalPort()))
                        .environment("QUARKUS_MANAGEMENT_HOST", "127.0.0.1")
                        .environment("QUARKUS_MANAGEMENT_PORT", String.valueOf(taken.getLocalPort()))
                        .startServing()) {
            assertThat(Client.get(http.endpoint())).endsWith(worker.name() + "\n");
        }
    }

    /** The request sent last has left the queue: it is in flight, or a few instructions before. */
    private void awaitAccepted() {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ofMillis(200))
                .until(() -> Posix.system().acceptQueue(http.descriptor()).length() == 0);
    }
}
