package dev.prefork.quarkus.master;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.TestCertificate;
import dev.prefork.Waits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server of Vert.x behind the limits, over plain TCP and TLS, with epoll and without. */
class ManagementPortTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int LARGER_THAN_SOCKET_BUFFERS = 32 << 20;

    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private Vertx vertx;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatWantsHttp2IsAnsweredInHttp1(boolean epoll) throws Exception {
        HttpServer server = start(epoll, new HttpServerOptions(), 2);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

        for (int n = 1; n <= 3; n++) {
            HttpResponse<String> answer = get(client, "http", server);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("xx");
            assertThat(requests).hasValue(n);
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void neitherIsItNegotiatedOverTls() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        HttpServer server = start(true, tls(certificate), 2);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(certificate.trusting())
                .build();

        for (int n = 1; n <= 3; n++) {
            HttpResponse<String> answer = get(client, "https", server);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("xx");
        }
        assertThat(requests).hasValue(3);
    }

    @Test
    void whatIsMalformedIsRefusedOverTlsAsWell() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        HttpServer server = start(true, tls(certificate), 2);

        try (Socket client = certificate.trusting().getSocketFactory().createSocket("127.0.0.1", server.actualPort())) {
            assertThat(answers(client, GET + GET + "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n" + GET))
                    .containsSubsequence("HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 413 Content Too Large")
                    .endsWith("Connection: close\r\n\r\n");
        }
        assertThat(requests).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9900000\r\nExpect: 100-continue\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: 1\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\nHost: x\n\n",
            })
    void nothingIsServedOnAConnectionAfterARefusal(String malformed) throws Exception {
        HttpServer server = start(true, new HttpServerOptions(), 2);

        try (Socket client = new Socket("127.0.0.1", server.actualPort())) {
            assertThat(answers(client, malformed + GET))
                    .matches("HTTP/1\\.1 (400|413|505) [A-Za-z ]+\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        assertThat(requests).hasValue(0);
        assertThat(refused).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noAnswerIsBuiltForAClientThatHasNotReadTheFormer(boolean epoll) throws Exception {
        HttpServer server = start(epoll, new HttpServerOptions(), LARGER_THAN_SOCKET_BUFFERS);

        try (Socket idle = new Socket("127.0.0.1", server.actualPort())) {
            idle.getOutputStream().write(GET.repeat(1500).getBytes(US_ASCII));
            Waits.await().until(() -> requests.get() > 0);
            try (Socket honest = new Socket("127.0.0.1", server.actualPort())) {
                for (int n = 2; n <= 6; n++) {
                    honest.getOutputStream().write(GET.getBytes(US_ASCII));
                    assertThat(honest.getInputStream().readNBytes(LARGER_THAN_SOCKET_BUFFERS))
                            .hasSize(LARGER_THAN_SOCKET_BUFFERS);
                    assertThat(requests).hasValue(n);
                    skipHead(honest, n);
                }
            }
        }
    }

    /** The head of each answer was read as a part of its body, whose last bytes are left. */
    private static void skipHead(Socket client, int n) throws IOException {
        int head = ("HTTP/1.1 200 OK\r\ncontent-length: " + LARGER_THAN_SOCKET_BUFFERS + "\r\n\r\n").length();
        assertThat(client.getInputStream().readNBytes(head))
                .as("rest of answer %s", n)
                .hasSize(head);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewConnectionTakesThePlaceOfOneThatAsksNothing(boolean epoll) throws Exception {
        HttpServer server = start(epoll, new HttpServerOptions(), 2);

        try (Socket first = new Socket("127.0.0.1", server.actualPort());
                Socket second = new Socket("127.0.0.1", server.actualPort());
                Socket third = new Socket("127.0.0.1", server.actualPort());
                Socket fourth = new Socket("127.0.0.1", server.actualPort())) {
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            for (Socket client : List.of(second, third, fourth)) {
                client.getOutputStream().write(GET.getBytes(US_ASCII));
                assertThat(client.getInputStream().read()).isEqualTo('H');
            }
        }
    }

    @Test
    void aPortOfTheKernelsChoiceIsLimitedToo() {
        vertx = Vertx.vertx();
        assertThat(ManagementPort.isManagement(9000, 9000)).isTrue();
        assertThat(ManagementPort.isManagement(-3, 0)).isTrue();
        assertThat(ManagementPort.isManagement(8080, 9000)).isFalse();
        assertThat(ManagementPort.isManagement(-1, 9000)).isFalse();
    }

    private HttpServer start(boolean epoll, HttpServerOptions options, int answerBytes) {
        VertxBuilder builder =
                new VertxBuilder(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(epoll)).init();
        RefusalLog log = new RefusalLog(refused::add, System::nanoTime);
        vertx = builder.findTransport(new LimitedTransport(builder.findTransport(), (given, bootstrap) -> {
                    ManagementPort.limit(given, bootstrap, HeadReaderTest.LIMITS, log);
                    return Optional.empty();
                }))
                .vertx();
        Buffer answer = Buffer.buffer("x".repeat(answerBytes));
        return await(vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> answer(request, answer))
                .listen());
    }

    private void answer(HttpServerRequest request, Buffer answer) {
        requests.incrementAndGet();
        RequestGate gate = AnswerEnds.gate(request).orElseThrow();
        gate.routed();
        request.response().endHandler(ended -> gate.answered()).end(answer);
    }

    private static HttpServerOptions tls(TestCertificate certificate) {
        return new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificate.certificateFile().toString())
                        .addKeyPath(certificate.keyFile().toString()));
    }

    private static HttpResponse<String> get(HttpClient client, String scheme, HttpServer server) throws Exception {
        URI uri = URI.create(scheme + "://127.0.0.1:" + server.actualPort() + "/");
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    /** All that is said until the server closes. */
    private static String answers(Socket client, String requests) throws IOException {
        client.getOutputStream().write(requests.getBytes(US_ASCII));
        client.getOutputStream().flush();
        StringBuilder all = new StringBuilder();
        try {
            for (int next = client.getInputStream().read();
                    next >= 0;
                    next = client.getInputStream().read()) {
                all.append((char) next);
            }
        } catch (IOException reset) {
            // What was sent after the refusal was not read.
        }
        return all.toString();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
