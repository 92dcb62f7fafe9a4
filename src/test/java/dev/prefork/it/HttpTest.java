package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpTest {
    @Test
    void readsAnswersOfKnownAndOfUnknownLength() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/echo", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
            exchange.sendResponseHeaders(202, exchange.getRequestURI().getQuery() == null ? body.length : 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (Http connection = Http.open(server.getAddress())) {
            Answer known = connection.send("POST", "/echo", Map.of("X-A", "b"), "grüße");
            Answer chunked = connection.send("POST", "/echo?", Map.of(), "pieces");

            assertThat(known.status()).isEqualTo(202);
            assertThat(known.body()).isEqualTo("grüße");
            assertThat(known.header("x-method")).contains("POST");
            assertThat(chunked.header("transfer-encoding")).contains("chunked");
            assertThat(chunked.body()).isEqualTo("pieces");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void usesOneConnectionOrManyAsAsked() throws Exception {
        List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            clients.add(exchange.getRemoteAddress());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        try (Http kept = Http.open(Http.port(port))) {
            assertThat(kept.get("/").status()).isEqualTo(204);
            assertThat(kept.get("/").status()).isEqualTo(204);
            assertThat(Http.get(port, "/").status()).isEqualTo(204);
            assertThat(Http.get(port, "/").status()).isEqualTo(204);
        } finally {
            server.stop(0);
        }

        assertThat(clients).hasSize(4);
        assertThat(clients.get(1)).isEqualTo(clients.get(0));
        assertThat(List.copyOf(clients).stream().distinct()).hasSize(3);
    }

    @Test
    void speaksOverDomainSocketsAndReadsToTheEndWhereNoLengthIsGiven(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("http.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            answer(server, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end", new AtomicInteger());

            assertThat(Http.get(Http.path(path), "/").body()).isEqualTo("until the end");
        }
    }

    @Test
    void reportsABrokenAnswerInsteadOfAskingAgain() throws Exception {
        for (String broken : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "HTTP/1.1 200 OK\r\n")) {
            AtomicInteger connections = new AtomicInteger();
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress("127.0.0.1", 0));
                SocketAddress address = server.getLocalAddress();
                answer(server, broken, connections);

                assertThatThrownBy(() -> Http.get(address, "/"))
                        .as("after <%s>", broken)
                        .isInstanceOf(IOException.class);
                assertThat(connections).hasValue(1);
            }
        }
    }

    /** Gives every client the same bytes, once its request is there, and hangs up. */
    private static void answer(ServerSocketChannel server, String bytes, AtomicInteger connections) {
        CompletableFuture.runAsync(() -> {
            while (server.isOpen()) {
                try (SocketChannel client = server.accept()) {
                    connections.incrementAndGet();
                    readRequest(Channels.newInputStream(client));
                    client.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private static void readRequest(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (!request.toString().endsWith("\r\n\r\n")) {
            request.append((char) in.read());
        }
    }
}
