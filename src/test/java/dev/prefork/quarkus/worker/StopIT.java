package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.os.Posix;
import dev.prefork.os.WaitStatus.Exited;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a worker stops while its clients go on: nobody loses a request, and it is gone as soon as they are. */
@Timeout(180)
class StopIT {
    private static final Exited TERMINATED = new Exited(143);

    /** For a slow machine; what a quiet one takes is printed. */
    private static final Duration GENEROUS = Duration.ofSeconds(60);

    private final MasterSocket http = MasterSocket.tcp();

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void busyClientsLoseNothing() {
        stopUnderLoad("/", 64, 5_000);
    }

    @Test
    void clientsWhoseRequestsAreInFlightLoseNothing() {
        stopUnderLoad("/work?ms=50", 64, 500);
    }

    /** The listener stays open, as it does with a master: who connects anew waits in its queue, and is no failure. */
    private void stopUnderLoad(String path, int connections, long answers) {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s")
                        .startServing();
                KeepAliveLoad load = KeepAliveLoad.start(http.port(), path, connections)) {
            load.awaitAnswers(answers);
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            long gone = System.nanoTime();
            LoadResult result = load.stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.refused()).isZero();
            assertThat(result.unanswered() + result.unconnected()).isEqualTo(connections);
            Duration exit = Duration.ofNanos(gone - result.lastAnswer());
            System.out.printf("%s: %d ms from the last answer to the exit%n", path, exit.toMillis());
            assertThat(exit).isLessThan(GENEROUS);
        }
    }

    @Test
    void anAnswerInFlightSaysThatItIsTheLast() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing();
                Client client = Client.to(http.endpoint()).send("/work?ms=5000", "keep-alive")) {
            awaitAccepted();
            worker.terminate();
            String answer = client.answer();
            assertThat(answer).endsWith(worker.name() + " worked 5000 ms\n");
            assertThat(answer.toLowerCase(Locale.ROOT)).containsOnlyOnce("connection: close");
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aSilentConnectionIsClosedWithoutAWord() {
        try (TestWorker worker = new TestWorker.Builder().listener("http", http).startServing();
                Client silent = Client.to(http.endpoint())) {
            awaitAccepted();
            worker.terminate();
            assertThat(silent.answer()).isEmpty();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aRequestThatTakesTooLongIsGivenUpInOneLine() {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "1s")
                        .startServing();
                Client endless = Client.to(http.endpoint()).send("/work?ms=60000", "close")) {
            awaitAccepted();
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(endless.answer()).isEmpty();
            assertThat(worker.lines())
                    .filteredOn(line -> line.contains("WARN") || line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(worker.name() + " 1 connections have unfinished requests after 0.9 s");
        }
    }

    /** Quarkus wraps requests only while it has a use for it, and with this it has none. */
    @Test
    void withoutAShutdownTimeoutRequestsAreAnsweredAllTheSame() {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .option("-Dquarkus.shutdown.timeout=0")
                        .startServing();
                Client again = Client.to(http.endpoint()).send("/", "keep-alive")) {
            assertThat(Client.get(http.endpoint())).startsWith("HTTP/1.1 200 ").endsWith(worker.name() + "\n");
            worker.terminate();
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(again.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(worker.lines()).noneMatch(line -> line.contains("ERROR"));
        }
    }

    @Test
    void anOpenWebSocketIsToldAndNotWaitedFor() throws Exception {
        try (TestWorker worker = new TestWorker.Builder()
                .listener("http", http)
                .option("-Dquarkus.profile=test")
                .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s")
                .startServing()) {
            CompletableFuture<Integer> status = new CompletableFuture<>();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + http.port() + "/echo"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onClose(WebSocket closed, int code, String reason) {
                            status.complete(code);
                            return null;
                        }

                        @Override
                        public void onError(WebSocket failed, Throwable error) {
                            status.completeExceptionally(error);
                        }
                    })
                    .join();
            long start = System.nanoTime();
            worker.terminate();
            assertThat(status.get(60, TimeUnit.SECONDS)).as("service restart").isEqualTo(1012);
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            Duration stop = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf("open WebSocket: %d ms from TERM to the exit%n", stop.toMillis());
            assertThat(stop).isLessThan(Duration.ofSeconds(30));
            assertThat(socket.isInputClosed()).isTrue();
            assertThat(worker.lines()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        }
    }

    /** A client that hears nothing, and talks all the time. */
    @Test
    void aTalkativeWebSocketIsNotWaitedForEither() throws Exception {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .option("-Dquarkus.profile=test")
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s")
                        .startServing();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            OutputStream out = client.getOutputStream();
            out.write(("GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().read()).as("the handshake").isEqualTo('H');
            worker.terminate();
            // A masked text frame of RFC 6455 with one letter in it, until nobody takes it any more.
            byte[] frame = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};
            await().pollInterval(Duration.ofMillis(20)).until(() -> !takes(out, frame));
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(worker.lines()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        }
    }

    /** Neither ends by itself: the one says nothing more, and the other goes on in tiny pieces. */
    @Test
    void anIdleStreamOfEventsAndASlowUploadLastNoLongerThanTheGracePeriod() {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .option("-Dquarkus.profile=test")
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "2s")
                        .startServing();
                Client stream = Client.to(http.endpoint()).send("/events", "keep-alive");
                Client upload = Client.to(http.endpoint()).write(upload("/upload", 1_000_000))) {
            awaitAccepted();
            worker.terminate();
            await().pollInterval(Duration.ofMillis(20)).until(() -> !takes(upload, "x"));
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(stream.answer()).startsWith("HTTP/1.1 200 ").contains("data: first");
            assertThat(worker.lines())
                    .filteredOn(line -> line.contains("WARN") || line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(" 2 connections have unfinished requests after 1.8 s: closing them");
        }
    }

    @Test
    void anUploadThatEndsInTimeIsAnswered() {
        try (TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .option("-Dquarkus.profile=test")
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "120s")
                        .startServing();
                Client upload = Client.to(http.endpoint()).write(upload("/upload", 10) + "first")) {
            awaitAccepted();
            worker.terminate();
            worker.awaitLine("no longer accepting");
            // Longer than a connection may be silent that has no request on it.
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            String answer = upload.write("other").answer();
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("10 bytes\n");
            assertThat(answer.toLowerCase(Locale.ROOT)).containsOnlyOnce("connection: close");
            assertThat(worker.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(worker.lines()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        }
    }

    private static String upload(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static boolean takes(Client client, String text) {
        try {
            client.write(text);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static boolean takes(OutputStream out, byte[] frame) {
        try {
            out.write(frame);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitAccepted() {
        await().atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ofMillis(200))
                .until(() -> Posix.system().acceptQueue(http.descriptor()).length() == 0);
    }
}
