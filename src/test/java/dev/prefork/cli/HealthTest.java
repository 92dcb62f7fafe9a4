package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.TestCertificate;
import dev.prefork.cli.OneAnswer.End;
import dev.prefork.config.ManagementAddress;
import dev.prefork.config.Places;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verb {@code health} against real servers. */
class HealthTest {
    private static final String UP = "{\n    \"status\": \"UP\",\n    \"checks\": []\n}";
    private static final String DOWN = "{\"status\": \"DOWN\", \"checks\": [{\"name\": \"prefork-workers\","
            + " \"status\": \"DOWN\", \"data\": {\"workers-ready\": 0, \"workers-desired\": 2, \"min-ready\": 1,"
            + " \"stop\": \"none\"}}]}";

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> terminationMessage = new ArrayList<>();
    private Places places;

    @BeforeEach
    void noConfiguration() {
        places = new Places(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "ready", "started", "well"})
    void upIsTheBodyAndTheCodeZero(String probe) throws IOException {
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(200, UP), End.LEFT_OPEN)) {
            assertThat(ask(server.port(), probe)).isZero();

            assertThat(server.requests()).containsExactly("GET /q/health/" + probe + " HTTP/1.0");
        }
        assertThat(out()).isEqualTo(UP + "\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void downIsTheBodyTheCodeOneAndALineThatSaysWhy() throws IOException {
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(503, DOWN), End.LEFT_OPEN)) {
            assertThat(ask(server.port())).isEqualTo(1);
        }
        assertThat(out()).isEqualTo(DOWN + "\n");
        assertThat(err()).isEqualTo("prefork: not ready: 0 of 2 workers are ready, at least 1 required\n");
        assertThat(terminationMessage).isEmpty();
    }

    @Test
    void withoutALengthTheBodyEndsWithTheConnection() throws IOException {
        try (OneAnswer server = OneAnswer.saying("HTTP/1.0 200\r\n\r\n" + UP, End.CLOSED)) {
            assertThat(ask(server.port())).isZero();
        }
        assertThat(out()).isEqualTo(UP + "\n");
    }

    @Test
    void theRootPathIsTheMasters() throws IOException {
        places.classPath("quarkus.management.root-path=/").variable("QUARKUS_MANAGEMENT_ROOT_PATH", "/elsewhere");
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(200, UP), End.CLOSED)) {
            assertThat(ask(server.port())).isZero();
            assertThat(server.requests()).containsExactly("GET /health/ready HTTP/1.0");
        }
    }

    @Test
    void aMasterOnEveryAddressOfIpv6IsFoundWhereverItsLoopbackIs() throws IOException {
        places.variable("QUARKUS_MANAGEMENT_HOST", "::");
        // On 127.0.0.1 only, so that the first address is refused, or is not there at all.
        InetAddress ipv4 = InetAddress.getByName("127.0.0.1");
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(200, UP), End.CLOSED, ipv4)) {
            assertThat(ask(server.port())).as(this::err).isZero();
        }
    }

    @Test
    void anotherServerIsNoMaster() throws IOException {
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(404, "not here"), End.CLOSED)) {
            assertFails(
                    server.port(),
                    " answers 404 to /q/health/ready but without health data: is it the master,"
                            + " and built from the same application?");
        }
    }

    @Test
    void anotherServerThatIsContentWithEverythingIsNoMasterEither() throws IOException {
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(200, "welcome"), End.CLOSED)) {
            assertFails(
                    server.port(),
                    " answers 200 to /q/health/ready but without health data: is it the master,"
                            + " and built from the same application?");
        }
    }

    @Test
    void aServerThatWantsAuthenticationIsNamed() throws IOException {
        try (OneAnswer server = OneAnswer.saying(OneAnswer.http(401, ""), End.CLOSED)) {
            assertFails(
                    server.port(),
                    " answers 401 to /q/health/ready: it requires authentication, which a probe cannot give;"
                            + " permit that path without it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 mail.example.org ESMTP\r\n", "HTTP/9 what\r\n\r\n", "HTTP/1.1 2", "", "\u0015\u0003"})
    void garbageIsNoAnswer(String garbage) throws IOException {
        try (OneAnswer server = OneAnswer.saying(garbage, End.CLOSED)) {
            assertThat(ask(server.port())).isEqualTo(1);
            assertThat(out()).isEmpty();
            assertThat(err())
                    .isEqualTo("prefork: the server on 127.0.0.1:" + server.port() + " does not speak HTTP: is it the"
                            + " master, and does it use the same quarkus.management.* and quarkus.tls.*?\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"})
    void aServerThatSaysTooLittleIsGivenUp(String beginning) throws IOException {
        try (OneAnswer server = OneAnswer.saying(beginning, End.LEFT_OPEN)) {
            assertFails(server.port(), "no answer from ", " within 2 s: is the master hung, or short of CPU?");
        }
    }

    @Test
    void aServerThatDripsIsGivenUpAllTheSame() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread drip = new Thread(() -> drip(listener));
            drip.setDaemon(true);
            drip.start();
            ManagementAddress address =
                    new ManagementAddress(List.of("127.0.0.1"), listener.getLocalPort(), "/q", false);

            HealthReport report = HealthReport.of(address, Probe.LIVE, Duration.ofSeconds(1));

            assertThat(report.exitCode()).isEqualTo(1);
            assertThat(report.problem()).hasValueSatisfying(line -> assertThat(line)
                    .startsWith("no answer from 127.0.0.1:")
                    .contains(" within 1 s: "));
        }
    }

    @Test
    void aClosedPortIsNobody() throws IOException {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        assertFails(
                port,
                "cannot connect to ",
                " (connection refused): is the master running, and is quarkus.management.port the same for both?");
    }

    @Test
    void aHostWithoutAnAddressIsNamed() {
        places.variable("QUARKUS_MANAGEMENT_HOST", "no-such-host.invalid");

        assertThat(ask(9000)).isEqualTo(1);
        // A resolver that does not answer in time is as good.
        assertThat(err())
                .matches(
                        "prefork: (the host of no-such-host.invalid:9000 cannot be resolved: correct quarkus.management.host"
                                + "|no answer from no-such-host.invalid:9000 within 2 s: .*)\n");
    }

    @Test
    void overTlsAnyCertificateIsGoodEnough() throws Exception {
        places.variable("QUARKUS_MANAGEMENT_TLS_CONFIGURATION_NAME", "mine");
        TestCertificate certificate = TestCertificate.make(directory);
        try (OneAnswer server = OneAnswer.overTls(certificate, OneAnswer.http(200, UP))) {
            assertThat(ask(server.port())).as(this::err).isZero();
        }
        assertThat(out()).isEqualTo(UP + "\n");
    }

    @Test
    void aServerWithoutTlsWhereItShouldHaveSomeIsNamed() throws IOException {
        places.variable("QUARKUS_MANAGEMENT_SSL_CERTIFICATE_FILES", "server.pem");
        try (OneAnswer server = OneAnswer.saying("", End.CLOSED);
                ServerSocket talker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread plain = new Thread(() -> answerAtOnce(talker));
            plain.setDaemon(true);
            plain.start();

            assertThat(ask(talker.getLocalPort())).isEqualTo(1);

            assertThat(server.requests()).isEmpty();
            assertThat(err())
                    .startsWith("prefork: no TLS connection to 127.0.0.1:" + talker.getLocalPort() + " (")
                    .hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reddy", "--workers=2", ""})
    void aBadQuestionIsCodeTwoAndNoLastWordOfThePod(String word) {
        assertThat(ask(9000, word)).isEqualTo(2);

        assertThat(out()).isEmpty();
        assertThat(err()).startsWith("prefork: unknown probe ").hasLineCount(1);
        assertThat(terminationMessage).isEmpty();
    }

    @Test
    void aPortThatOnlyTheLogTellsIsABadConfiguration() {
        assertThat(ask(0)).isEqualTo(2);

        assertThat(err()).startsWith("prefork: QUARKUS_MANAGEMENT_PORT=0: the master picks a port ");
        assertThat(terminationMessage).isEmpty();
    }

    private void assertFails(int port, String problem) {
        assertFails(port, "", problem);
    }

    private void assertFails(int port, String before, String after) {
        assertThat(ask(port)).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("prefork: " + before + "127.0.0.1:" + port + after + "\n");
        assertThat(terminationMessage).isEmpty();
    }

    private int ask(int port) {
        return execute(port, "health");
    }

    private int ask(int port, String probe) {
        return execute(port, "health", probe);
    }

    private int execute(int port, String... arguments) {
        places.variable("QUARKUS_MANAGEMENT_PORT", Integer.toString(port));
        Cli cli = new Cli(
                (settings, passed) -> {
                    throw new AssertionError("no master was asked for");
                },
                places::sources,
                terminationMessage::add);
        return cli.execute(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    /** A byte now and then, always before a read would time out, and for as long as anybody listens. */
    private static void drip(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            client.setSoTimeout(50);
            client.getOutputStream().write("HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                client.getOutputStream().write('x');
                client.getOutputStream().flush();
                awaitMore(client);
            }
        } catch (IOException e) {
            // The client has gone: that is what the test waits for.
            return;
        }
    }

    private static void awaitMore(Socket client) throws IOException {
        try {
            if (client.getInputStream().read() < 0) {
                throw new IOException("gone");
            }
        } catch (java.net.SocketTimeoutException e) {
            // Time for the next byte.
            return;
        }
    }

    private static void answerAtOnce(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The client has gone, which is the test's affair.
            return;
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
