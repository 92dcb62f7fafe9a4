package dev.prefork.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Processes;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that no honest client sends, to built-in workers and to the management interface. */
class RequestsIT {
    private static final int PATIENCE_MILLIS = (int) Duration.ofMinutes(1).toMillis();
    private static final String HOST = "Host: a\r\n";
    private static final String CLOSE = "Connection: close\r\n";

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void noPathLeadsOutOfTheManagementInterface() throws IOException {
        StartedMaster master = start();
        for (String path : new String[] {
            "/../../../../etc/passwd",
            "/q/health/../../../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/q/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "//etc/passwd",
            "/q//..//..//etc/passwd",
            "/..%c0%af..%c0%afetc/passwd",
            "/q/health/ready%00/../../../etc/passwd",
            "file:///etc/passwd",
            "http://localhost/../etc/passwd"
        }) {
            String answer = exchange(master.management(), "GET " + path + " HTTP/1.1\r\n" + HOST + CLOSE + "\r\n");
            assertThat(answer).as(path).matches("(?s)HTTP/1.1 (400|404) .*").doesNotContain("root:");
        }
        assertThat(master.isReady()).isTrue();
        master.stop();
    }

    @Test
    void noRequestIsHiddenInAnother() throws IOException {
        StartedMaster master = start();
        int port = port(master);
        String hidden = "GET /work?ms=1 HTTP/1.1\r\n" + HOST + "\r\n";
        String last = "GET / HTTP/1.1\r\n" + HOST + CLOSE + "\r\n";
        // Two readings of where the body ends: a proxy in front that takes the other one sees no second request.
        String both = "Content-Length: " + (5 + hidden.length()) + "\r\n";
        for (String headers : new String[] {
            both + "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\n" + both,
            "Transfer-Encoding:\tchunked\r\n" + both,
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: +5\r\n"
        }) {
            assertThat(exchange(port, "POST / HTTP/1.1\r\n" + HOST + headers + "\r\n0\r\n\r\n" + hidden + last))
                    .as(headers)
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain("worked 1 ms");
        }
        assertThat(exchange(port, hidden + last))
                .as("the hidden one is a request")
                .contains("worked 1 ms");
        master.stop();
    }

    @Test
    void headersWithoutEndCostTheClientItsConnection() throws IOException {
        StartedMaster master = start();
        int port = port(master);

        assertThat(exchange(port, "GET / HTTP/1.1\r\n" + HOST + CLOSE + "X: " + "x".repeat(1 << 20) + "\r\n\r\n"))
                .matches("(?s)(HTTP/1.1 4\\d\\d .*)?");
        assertThat(exchange(port, "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\n" + HOST + CLOSE + "\r\n"))
                .matches("(?s)(HTTP/1.1 4\\d\\d .*)?");
        assertThat(exchange(port, "GET / HTTP/1.1\r\n" + HOST + CLOSE + "X: x\r\n".repeat(100_000) + "\r\n"))
                .matches("(?s)(HTTP/1.1 4\\d\\d .*)?");
        assertThat(master.get("/")).startsWith("worker ");
        master.stop();
    }

    private StartedMaster start() {
        return StartedMaster.of(processes
                        .prefork(Jdks.running(), "--workers", "1", "--listen", "127.0.0.1:0")
                        .start())
                .awaitReady();
    }

    private static int port(StartedMaster master) throws IOException {
        return ((InetSocketAddress) master.listener("http")).getPort();
    }

    /** All that comes back until the connection ends; nothing if it is reset. */
    private static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException reset) {
                return "";
            }
        }
    }
}
