package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeepAliveLoadTest {
    @Test
    void whatIsAnsweredOnKeptConnectionsIsCounted() {
        try (ScriptedServer server = new ScriptedServer(client -> ScriptedServer.say(client, ScriptedServer.OK));
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 5)) {
            long before = System.nanoTime();
            load.awaitAnswers(500);
            LoadResult result = load.stop();
            assertThat(result.answered()).isGreaterThanOrEqualTo(500);
            assertThat(result.failed()).isZero();
            assertThat(result.lastAnswer()).isBetween(before, System.nanoTime());
            assertThat(server.accepted()).isEqualTo(5);
        }
    }

    @Test
    void anAnswerThatArrivesInPiecesIsOneAnswer() {
        ScriptedServer.Script inPieces = client -> {
            client.setTcpNoDelay(true);
            for (char letter : ScriptedServer.OK.toCharArray()) {
                ScriptedServer.say(client, String.valueOf(letter));
            }
            return true;
        };
        try (ScriptedServer server = new ScriptedServer(inPieces);
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 2)) {
            load.awaitAnswers(20);
            assertThat(load.stop().failed()).isZero();
        }
    }

    @Test
    void anAnnouncedEndIsNoFailureAndLeadsToANewConnection() {
        ScriptedServer.Script last = client -> {
            ScriptedServer.say(client, ScriptedServer.LAST);
            return false;
        };
        try (ScriptedServer server = new ScriptedServer(last);
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 3)) {
            load.awaitAnswers(30);
            LoadResult result = load.stop();
            assertThat(result.failed()).isZero();
            assertThat((long) server.accepted()).isGreaterThanOrEqualTo(result.answered());
        }
    }

    @Test
    void anEndThatNobodyAnnouncedIsAFailure() {
        AtomicInteger requests = new AtomicInteger();
        ScriptedServer.Script once =
                client -> requests.incrementAndGet() <= 10 && ScriptedServer.say(client, ScriptedServer.OK);
        try (ScriptedServer server = new ScriptedServer(once);
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 4)) {
            LoadResult result = load.awaitEnd();
            assertThat(result.failed()).isEqualTo(4);
            assertThat(result.answered()).isEqualTo(10);
            assertThat(result.failures()).hasSize(4).allMatch(line -> line.startsWith("end of the connection on "));
        }
    }

    @Test
    void anEndWithinTheAnswerIsAFailure() {
        ScriptedServer.Script half = client -> {
            ScriptedServer.say(client, ScriptedServer.LAST.substring(0, ScriptedServer.LAST.length() - 1));
            return false;
        };
        try (ScriptedServer server = new ScriptedServer(half);
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 1)) {
            LoadResult result = load.awaitEnd();
            assertThat(result.answered()).isZero();
            assertThat(result.failures()).singleElement().asString().contains("after a part of the answer");
        }
    }

    @Test
    void aResetIsAFailure() {
        ScriptedServer.Script reset = client -> {
            // Zero seconds: close sends RST; see SO_LINGER in socket(7).
            client.setSoLinger(true, 0);
            return false;
        };
        try (ScriptedServer server = new ScriptedServer(reset);
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 3)) {
            LoadResult result = load.awaitEnd();
            assertThat(result.failed()).isEqualTo(3);
            assertThat(result.failures()).allMatch(line -> line.contains("reset"));
        }
    }

    @Test
    void whatIsNot200IsAFailure() {
        ScriptedServer.Script busy =
                client -> ScriptedServer.say(client, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        try (ScriptedServer server = new ScriptedServer(busy);
                KeepAliveLoad load = KeepAliveLoad.start(server.port(), "/", 20)) {
            LoadResult result = load.awaitEnd();
            assertThat(result.failed()).isEqualTo(20);
            assertThat(result.answered()).isZero();
            assertThat(result.failures())
                    .hasSize(KeepAliveLoad.SHOWN_FAILURES)
                    .allMatch(line -> line.contains("HTTP/1.1 503 Service Unavailable"));
        }
    }

    @Test
    void whoIsRefusedHasNotFailed() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        try (KeepAliveLoad load = KeepAliveLoad.start(port, "/", 7)) {
            LoadResult result = load.awaitEnd();
            assertThat(result.refused()).isEqualTo(7);
            assertThat(result.failed()).isZero();
        }
    }

    @Test
    void whoWaitsInTheQueueWhenEverybodyStopsIsCountedApart() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
                KeepAliveLoad load = KeepAliveLoad.start(silent.getLocalPort(), "/", 2);
                Socket first = silent.accept();
                Socket second = silent.accept()) {
            // Both requests are here, so that neither client is still connecting.
            assertThat(first.getInputStream().read()).isEqualTo('G');
            assertThat(second.getInputStream().read()).isEqualTo('G');
            LoadResult result = load.stop();
            assertThat(result.unanswered()).isEqualTo(2);
            assertThat(result.failed()).isZero();
        }
    }
}
