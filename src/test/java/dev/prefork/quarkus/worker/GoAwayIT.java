package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus.Exited;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stopping worker and a client of HTTP/2 in clear text, frame by frame as in RFC 9113. */
@Timeout(120)
class GoAwayIT {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM_AND_HEADERS = 0x5;

    /** {@code GET http://x/}: three entries of HPACK's static table, and {@code :authority} with a literal. */
    private static final byte[] GET = {(byte) 0x82, (byte) 0x84, (byte) 0x86, 0x41, 1, 'x'};

    private record Frame(int type, byte[] payload) {}

    @Test
    void anOpenConnectionIsToldToGoAwayServedAndClosed() throws IOException {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker =
                        new TestWorker.Builder().listener("http", http).startServing();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            DataOutputStream out = greet(client);
            DataInputStream in = new DataInputStream(client.getInputStream());
            send(out, HEADERS, END_STREAM_AND_HEADERS, 1, GET);
            assertThat(new String(next(in, DATA).payload(), StandardCharsets.UTF_8))
                    .isEqualTo(worker.name() + "\n");

            worker.terminate();
            ByteBuffer goAway = ByteBuffer.wrap(next(in, GOAWAY).payload());
            assertThat(goAway.getInt()).as("every stream is still served").isEqualTo(Integer.MAX_VALUE);
            assertThat(goAway.getInt()).as("no error").isZero();
            send(out, HEADERS, END_STREAM_AND_HEADERS, 3, GET);
            assertThat(new String(next(in, DATA).payload(), StandardCharsets.UTF_8))
                    .isEqualTo(worker.name() + "\n");
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(143));
            assertThat(worker.lines()).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        }
    }

    @Test
    void aConnectionWithoutARequestBeforeTheEndIsToldAsWell() throws IOException {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker = new TestWorker.Builder()
                        .listener("http", http)
                        .environment("PREFORK_SHUTDOWN_GRACE_PERIOD", "60s")
                        .startServing();
                Client holding = Client.to(http.endpoint()).send("/work?ms=3000", "close");
                Socket client = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            DataOutputStream out = greet(client);
            DataInputStream in = new DataInputStream(client.getInputStream());
            next(in, SETTINGS);
            worker.terminate();
            // Silence would be its end before there is a request.
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(() -> {
                send(out, PING, 0, 0, new byte[8]);
                return worker.hasSaid("no longer accepting");
            });
            send(out, HEADERS, END_STREAM_AND_HEADERS, 1, GET);
            assertThat(next(in, DATA, GOAWAY).type()).isEqualTo(DATA);
            assertThat(next(in, GOAWAY).payload()).startsWith(0x7f, 0xff, 0xff, 0xff);
            assertThat(holding.answer()).endsWith("worked 3000 ms\n");
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(143));
        }
    }

    @Test
    void whatIsInFlightIsAnsweredBeforeTheWord() throws IOException {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker =
                        new TestWorker.Builder().listener("http", http).startServing();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), http.port())) {
            DataOutputStream out = greet(client);
            DataInputStream in = new DataInputStream(client.getInputStream());
            send(out, HEADERS, END_STREAM_AND_HEADERS, 1, get("/work?ms=2000"));
            // The answer to a second one shows that the first was taken.
            send(out, HEADERS, END_STREAM_AND_HEADERS, 3, GET);
            next(in, DATA);
            worker.terminate();
            assertThat(next(in, DATA, GOAWAY).type()).isEqualTo(DATA);
            next(in, GOAWAY);
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(143));
        }
    }

    /** Before 17.0.17 it gives up everything in flight at GOAWAY, whatever stream the frame names (JDK-8335181). */
    @Test
    void theJdksOwnClientLosesNothing() throws IOException, InterruptedException {
        try (MasterSocket http = MasterSocket.tcp();
                TestWorker worker =
                        new TestWorker.Builder().listener("http", http).startServing()) {
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
            String origin = "http://127.0.0.1:" + http.port();
            HttpRequest first = HttpRequest.newBuilder(URI.create(origin + "/")).build();
            assertThat(client.send(first, BodyHandlers.ofString()).version()).isEqualTo(HttpClient.Version.HTTP_2);

            HttpRequest slow =
                    HttpRequest.newBuilder(URI.create(origin + "/work?ms=2000")).build();
            List<CompletableFuture<HttpResponse<String>>> inFlight = Stream.generate(
                            () -> client.sendAsync(slow, BodyHandlers.ofString()))
                    .limit(8)
                    .toList();
            // One connection, in order: the answer to this one shows that those before it were taken.
            client.send(first, BodyHandlers.ofString());
            worker.terminate();
            assertThat(inFlight).allSatisfy(answer -> {
                assertThat(answer.join().version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.join().body()).endsWith("worked 2000 ms\n");
            });
            assertThat(worker.awaitEnd()).isEqualTo(new Exited(143));
        }
    }

    private static DataOutputStream greet(Socket client) throws IOException {
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(out, SETTINGS, 0, 0, new byte[0]);
        return out;
    }

    /** As {@link #GET}, with a literal for {@code :path}, the fourth entry of the table. */
    private static byte[] get(String path) {
        byte[] literal = path.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(literal.length + 7)
                .put(new byte[] {(byte) 0x82, 0x44, (byte) literal.length})
                .put(literal)
                .put(new byte[] {(byte) 0x86, 0x41, 1, 'x'})
                .array();
    }

    private static void send(DataOutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags});
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    /** The next frame of one of these types that holds something. */
    private static Frame next(DataInputStream in, Integer... types) throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            Frame frame = new Frame(in.readUnsignedByte(), new byte[length]);
            in.readNBytes(5); // flags and stream
            in.readFully(frame.payload());
            if (List.of(types).contains(frame.type()) && length > 0) {
                return frame;
            }
        }
    }
}
