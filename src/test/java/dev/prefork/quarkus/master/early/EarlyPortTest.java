package dev.prefork.quarkus.master.early;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.master.IdleMaster;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyPortTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final IdleMaster idle = new IdleMaster();
    private final RunningMaster running = idle.publish();
    private final List<Socket> clients = new ArrayList<>();
    private EarlyPort port;

    @BeforeEach
    void open() throws IOException {
        port = EarlyPort.open(new InetSocketAddress(HERE, 0));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        port.close();
        RunningMaster.retire(running);
        idle.close();
    }

    private void answer() {
        port.answer(new EarlyHealth(running, "/q"));
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(HERE, port.port());
        client.setSoTimeout(60_000);
        clients.add(client);
        return client;
    }

    private String ask(String request) throws IOException {
        Socket client = connect();
        client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return read(client);
    }

    /** To the end of the connection, which a reset is not. */
    private static String read(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aClientThatComesBeforeAnythingAnswersIsAnsweredThen() throws IOException {
        Socket client = connect();
        client.getOutputStream().write("GET /q/health/live HTTP/1.1\r\n\r\n".getBytes());
        answer();

        assertThat(read(client)).startsWith("HTTP/1.1 200 OK\r\n").contains("connection: close\r\n", "prefork-loop");
    }

    @Test
    void theNextRequestOfAConnectionIsForAnother() throws IOException {
        answer();
        String get = "GET /q/health/live HTTP/1.1\r\nConnection: keep-alive\r\n\r\n";

        assertThat(ask(get + get).split("HTTP/1.1 200")).hasSize(2);
    }

    @Test
    void aHeadGetsNoBody() throws IOException {
        answer();

        assertThat(ask("HEAD /q/health/live HTTP/1.1\r\n\r\n"))
                .endsWith("\r\n\r\n")
                .doesNotContain("prefork-loop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "GET / HTTP/3\r\n\r\n", "\r\n\r\n"})
    void whatIsNoRequestIsRefused(String bytes) throws IOException {
        answer();

        assertThat(ask(bytes)).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    /** A reset would take the answer away; the client would read an exception here. */
    @Test
    void aClientThatSendsMoreThanIsReadStillReadsItsAnswer() throws IOException {
        answer();

        assertThat(ask("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(ask("POST /prefork/stop HTTP/1.1\r\nContent-Length: 90000\r\n\r\n" + "x".repeat(90_000)))
                .startsWith("HTTP/1.1 503 ")
                .contains("retry-after: 1");
    }

    @Test
    void aRequestMayComeInPieces() throws IOException {
        answer();
        Socket client = connect();
        OutputStream out = client.getOutputStream();
        client.setTcpNoDelay(true);
        for (char c : ("GET /q/health/live HTTP/1.1\r\nX: " + "y".repeat(2_000) + "\r\n\r\n").toCharArray()) {
            out.write(c);
        }

        assertThat(read(client)).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void aClientThatSendsNothingIsNotWaitedForForEver() throws IOException {
        answer();

        assertThat(read(connect())).isEmpty();
    }

    @Test
    void aClientThatGoesAwayCostsNothing() throws IOException {
        answer();
        for (int i = 0; i < 50; i++) {
            Socket client = connect();
            client.setSoLinger(true, 0);
            client.close();
        }

        assertThat(ask("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void amongManyThatSendNothingAProbeIsAnswered() throws IOException {
        answer();
        for (int i = 0; i < 3 * EarlyPort.MOST_CONNECTIONS; i++) {
            connect();
            if (i % 50 == 0) {
                assertThat(ask("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
            }
        }

        assertThat(ask("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        assertThat(read(clients.get(0))).as("the first had to go").isEmpty();
    }

    @Test
    void amongClientsThatSendWithoutEndAProbeIsAnsweredAndThePortIsClosed() throws Exception {
        answer();
        List<Thread> floods = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Socket client = connect();
            floods.add(new Thread(() -> flood(client)));
        }
        floods.forEach(Thread::start);
        for (int i = 0; i < 20; i++) {
            assertThat(ask("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        }
        port.close();

        for (Thread flood : floods) {
            flood.join();
        }
        assertThat(port.handOver()).isEmpty();
    }

    /** A request, and then more than anybody reads, until the connection is ended. */
    private static void flood(Socket client) {
        byte[] chunk = new byte[1 << 16];
        try {
            OutputStream out = client.getOutputStream();
            out.write("GET / HTTP/1.1\r\n\r\n".getBytes());
            while (true) {
                out.write(chunk);
            }
        } catch (IOException ended) {
            assertThat(ended).isNotNull();
        }
    }

    @Test
    void anExceptionInAnAnswerIsNotThePortsEnd() throws IOException {
        answer();
        idle.stalled = () -> {
            throw new IllegalStateException("on purpose");
        };

        assertThat(ask("GET /q/health/well HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ");
        assertThat(ask("GET /q/health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        assertThat(running.master().errors().first()).isEmpty();
    }

    /** In a JVM of its own: whether there is IPv6 is settled when a process opens its first socket. */
    @Test
    void withoutIpv6ItsAddressesCannotBeHad() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutIpv6.class.getName())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes()).lines().reduce((first, last) -> last))
                .contains("refused: this process has no IPv6");
        assertThat(process.waitFor()).isZero();
    }

    /** Opens a port on an address of IPv6. */
    static final class WithoutIpv6 {
        private WithoutIpv6() {}

        public static void main(String[] arguments) {
            try (EarlyPort port = EarlyPort.open(new InetSocketAddress("::1", 0))) {
                System.out.println("opened: " + port.port());
            } catch (IOException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @Test
    void whatWasAcceptedBeforeTheHandOverIsAnsweredAfterIt() throws IOException {
        answer();
        Socket begun = connect();
        begun.getOutputStream().write("GET /q/health/live ".getBytes());
        assertThat(ask("GET /q/health/live HTTP/1.1\r\n\r\n"))
                .as("so the other was accepted")
                .isNotEmpty();

        try (ServerSocketChannel listener = port.handOver().orElseThrow()) {
            Socket next = connect();
            begun.getOutputStream().write("HTTP/1.1\r\n\r\n".getBytes());

            assertThat(read(begun)).startsWith("HTTP/1.1 200 OK");
            await().until(() -> listener.accept() != null);
            assertThat(next.isConnected()).isTrue();
            assertThat(port.handOver()).as("once").isEmpty();
            port.close();
            assertThat(listener.isOpen()).as("it is another's now").isTrue();
        }
    }

    @Test
    void theThreadEndsWithItsLastConnection() throws IOException {
        answer();
        ask("GET / HTTP/1.1\r\n\r\n");
        clients.get(0).close();
        port.handOver().orElseThrow().close();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("prefork-management")));
    }

    @Test
    void aClosedPortAnswersNobody() throws IOException {
        answer();
        Socket begun = connect();
        int number = port.port();
        port.close();
        port.close();

        assertThat(port.handOver()).isEmpty();
        assertThatThrownBy(() -> new Socket(HERE, number)).isInstanceOf(IOException.class);
        await().until(() -> isOver(begun));
    }

    private static boolean isOver(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aPortThatIsTakenIsSaidAtOnce() {
        assertThatThrownBy(() -> EarlyPort.open(new InetSocketAddress(HERE, port.port())))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void aPortThatNothingEverAnsweredCanBeGivenUp() {
        port.close();

        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
}
