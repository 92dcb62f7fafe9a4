package dev.prefork.warmup;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.ScriptedServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmupRequestsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();

    private ScriptedServer server(String answer) {
        return new ScriptedServer(client -> {
            requests.incrementAndGet();
            return ScriptedServer.say(client, answer) && !answer.equals(ScriptedServer.LAST);
        });
    }

    private WarmupRequests of(ScriptedServer server, Duration atMost, String... paths) {
        return new WarmupRequests(
                new WarmupPlan(List.of(paths), 20, atMost),
                () -> new Socket(InetAddress.getLoopbackAddress(), server.port()),
                problems::add);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ScriptedServer.OK,
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            })
    void oneConnectionIsUsedForAllOfThem(String answer) {
        try (ScriptedServer server = server(answer)) {
            assertThat(of(server, LONG, "/a", "/b").run()).isEqualTo(20);
            assertThat(requests).hasValue(20);
            assertThat(server.accepted()).isEqualTo(1);
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void aServerThatClosesGetsAConnectionForEach() {
        try (ScriptedServer server = server(ScriptedServer.LAST)) {
            WarmupRequests warmup = of(server, LONG, "/");

            assertThat(warmup.run()).isEqualTo(20);
            assertThat(requests).hasValue(20);
            assertThat(server.accepted()).isEqualTo(20);
            assertThat(problems).isEmpty();
        }
    }

    /** The first answers, and no other: it has its second chance, and no third. */
    @Test
    void aServerThatAnswersNoMoreIsNotAskedForEver() {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(
                client -> asked.incrementAndGet() == 1 && ScriptedServer.say(client, ScriptedServer.OK))) {
            assertThat(of(server, LONG, "/").run()).isEqualTo(1);
            assertThat(asked).hasValue(3);
            assertThat(problems).singleElement().asString().contains("/ was not answered");
        }
    }

    /** A byte of an answer proves that the request was run, which may not be done twice. */
    @Test
    void anAnswerThatBreaksOffIsNotAskedForAgain() {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(client -> asked.incrementAndGet() == 1
                ? ScriptedServer.say(client, ScriptedServer.OK)
                : ScriptedServer.say(client, "HTTP/1.1 2") && false)) {
            assertThat(of(server, LONG, "/").run()).isEqualTo(1);
            assertThat(asked).hasValue(2);
            assertThat(problems).singleElement().asString().contains("closed without an answer");
        }
    }

    /** More than a buffer, in pieces that end anywhere. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void longAnswersAreReadToTheirEnd(boolean chunked) {
        String body = "0\r\n\r\n".repeat(10_000);
        String answer = chunked
                ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n"
                        + body + "\r\n0\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (ScriptedServer server = server(answer)) {
            assertThat(of(server, LONG, "/").run()).isEqualTo(20);
            assertThat(server.accepted()).isEqualTo(1);
            assertThat(problems).isEmpty();
        }
    }

    /** Its handshake waits for an answer, before anything is read. */
    @Test
    void aTlsHandshakeThatIsNotAnsweredHasAnEndToo() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            WarmupRequests warmup = new WarmupRequests(
                    new WarmupPlan(List.of("/"), 20, Duration.ofMillis(50)),
                    () -> SSLSocketFactory.getDefault()
                            .createSocket(InetAddress.getLoopbackAddress(), silent.getLocalPort()),
                    problems::add);
            CompletableFuture<Integer> answered = CompletableFuture.supplyAsync(warmup::run);

            await().until(answered::isDone);
            assertThat(answered.join()).isZero();
            assertThat(problems).singleElement().asString().contains("the start timeout leaves it");
        }
    }

    @Test
    void aPathThatFailsIsToldOnceAndLeftOut() {
        try (ScriptedServer server = server("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(of(server, LONG, "/broken").run()).isEqualTo(1);
            assertThat(problems)
                    .singleElement()
                    .asString()
                    .contains("/broken was answered with status 500")
                    .contains("starts without it");
        }
    }

    @Test
    void oneThatIsRefusedIsToldOnceAndAskedForOn() {
        try (ScriptedServer server = server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(of(server, LONG, "/gone").run()).isEqualTo(20);
            assertThat(problems).singleElement().asString().contains("/gone was answered with status 404");
        }
    }

    @Test
    void whereNoneAnswersTheReasonIsTold() {
        WarmupRequests warmup = new WarmupRequests(
                new WarmupPlan(List.of("/a"), 20, LONG),
                () -> {
                    throw new java.net.ConnectException("Connection refused");
                },
                problems::add);

        assertThat(warmup.run()).isZero();
        assertThat(problems).singleElement().asString().contains("/a was not answered (Connection refused)");
    }

    @Test
    void aConnectionThatIsClosedWithoutAnAnswerIsAFailure() {
        try (ScriptedServer server = new ScriptedServer(client -> false)) {
            assertThat(of(server, LONG, "/").run()).isZero();
            assertThat(problems).singleElement().asString().contains("was not answered");
        }
    }

    @Test
    void anAnswerThatDoesNotComeTakesNoLongerThanAllMay() {
        try (ScriptedServer server = new ScriptedServer(client -> true)) {
            assertThat(of(server, Duration.ofMillis(50), "/slow").run()).isZero();
            assertThat(problems).singleElement().asString().contains("it took longer than the start timeout leaves it");
        }
    }

    @Test
    void closingEndsTheRequestUnderWayWithoutAWord() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(client -> {
            asked.countDown();
            return true;
        })) {
            WarmupRequests warmup = of(server, LONG, "/slow");
            CompletableFuture<Integer> answered = CompletableFuture.supplyAsync(warmup::run);
            asked.await();
            warmup.close();

            await().until(answered::isDone);
            assertThat(answered.join()).isZero();
            assertThat(problems).isEmpty();
        }
    }
}
