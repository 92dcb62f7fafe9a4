package dev.prefork.quarkus.master.early;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection, turn by turn, by the thread of the test. */
class EarlyConnectionTest {
    private static final String REQUEST = "GET /q/health/live HTTP/1.1\r\n\r\n";

    private SocketChannel client;
    private SocketChannel server;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(listener.getLocalAddress());
            server = listener.accept();
        }
        server.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private void send(String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        client.shutdownOutput();
    }

    private EarlyConnection connection(Function<EarlyRequest, EarlyAnswer> answers) {
        return new EarlyConnection(server, answers, System.nanoTime());
    }

    private static int turns(EarlyConnection connection) throws IOException {
        int turns = 1;
        while (connection.proceed(System.nanoTime()) != 0) {
            turns++;
        }
        return turns;
    }

    private String received() throws IOException {
        return new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** However fast it sends: between two reads the others have their turns. */
    @Test
    void whatIsNotReadForItsContentTakesOneReadATurn() throws IOException {
        int bytes = 40_000;
        send(REQUEST + "x".repeat(bytes));

        assertThat(turns(connection(request -> EarlyAnswer.notYet())))
                .isGreaterThanOrEqualTo(bytes / EarlyConnection.MOST_BYTES);
        assertThat(received()).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void anExceptionIsTheRequestsOwn() throws IOException {
        send(REQUEST);
        turns(connection(request -> {
            throw new IllegalStateException("on purpose");
        }));

        assertThat(received()).startsWith("HTTP/1.1 500 Internal Server Error\r\n");
    }

    @Test
    void anErrorIsNot() throws IOException {
        send(REQUEST);
        EarlyConnection connection = connection(request -> {
            throw new StackOverflowError("on purpose");
        });

        assertThatThrownBy(() -> turns(connection)).isInstanceOf(StackOverflowError.class);
    }
}
