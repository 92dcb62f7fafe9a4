package dev.prefork.quarkus.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.quarkus.master.PortLimits.Timeouts;
import dev.prefork.quarkus.master.RequestHead.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReaderTest {
    static final PortLimits LIMITS =
            new PortLimits(3, 100, 1000, 0, new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30)));

    private static final PortLimits WITH_BODIES = new PortLimits(3, 100, 1000, 20, LIMITS.timeouts());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /q/health/live HTTP/1.1|Host: 10.0.0.1:9000|User-Agent: kube-probe/1.31|Accept: */*|Connection: close|",
                "GET /q/metrics?name[]=a%20b HTTP/1.1|Host: x|Accept: application/openmetrics-text;q=0.5,*/*;q=0.1|",
                "GET http://x:9000/q/health/live HTTP/1.1|Host: x:9000|",
                "GET / HTTP/1.1|Host: [fd00::1]:9000|",
                "GET / HTTP/1.1|Host: my_pod.my-ns.svc.cluster.local.|",
                "HEAD / HTTP/1.0|",
                "POST / HTTP/1.1|Host: x|Content-Length: 0|",
                "GET / HTTP/1.1|Host: x|Empty:|X-Text: \t\u00e4 b\tc |",
            })
    void whatHonestClientsSendIsPassedOnAsItIs(String lines) throws Exception {
        String head = lines.replace("|", "\r\n") + "\r\n";

        assertThat(read(head)).get().satisfies(read -> {
            assertThat(new String(HeadReader.bytes(read), ISO_8859_1)).isEqualTo(head);
            assertThat(read.bodyBytes()).isZero();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET / HTTP/1.1|Accept: */*|; 400; no host",
                "GET / HTTP/1.1|Host:|; 400; an invalid host",
                "GET / HTTP/1.1|Host: a b|; 400; an invalid host",
                "GET / HTTP/1.1|Host: a:65536|; 400; an invalid host",
                "GET / HTTP/1.0|Host: a/b|; 400; an invalid host",
                "GET /q/%zz HTTP/1.1|Host: x|; 400; an invalid target of a request",
                "GET /q/% HTTP/1.1|Host: x|; 400; an invalid target of a request",
                "GET q HTTP/1.1|Host: x|; 400; an invalid target of a request",
                "OPTIONS * HTTP/1.1|Host: x|; 400; an invalid target of a request",
                "CONNECT a:1 HTTP/1.1|Host: x|; 400; an invalid target of a request",
                "GET / HTTP/1.1|Transfer-Encoding: chunked|; 400; a Transfer-Encoding",
                "GET / HTTP/1.1|Transfer-Encoding: xchunked|; 400; a Transfer-Encoding",
                "GET / HTTP/1.1|Content-Length: 0|transfer-encoding:|; 400; a Transfer-Encoding",
                "GET / HTTP/1.1|Content-Length: 0|Content-Length: 1|; 400; more than one content-length",
                "GET / HTTP/1.1|Content-Length: 0|content-length: 0|; 400; more than one content-length",
                "GET / HTTP/1.1|Content-Length: 0, 0|; 400; an invalid Content-Length",
                "GET / HTTP/1.1|Content-Length: +0|; 400; an invalid Content-Length",
                "GET / HTTP/1.1|Content-Length: -1|; 400; an invalid Content-Length",
                "GET / HTTP/1.1|Content-Length: 0x0|; 400; an invalid Content-Length",
                "GET / HTTP/1.1|Content-Length:|; 400; an invalid Content-Length",
                "GET / HTTP/1.1|Content-Length: 9999999999999999999|; 400; an invalid Content-Length",
                "GET / HTTP/1.1|Content-Length: 1|; 413; a body of more than 0 bytes",
                "GET / HTTP/1.1|Expect: 100-continue|Content-Length: 0|; 417; an Expect header",
                "GET / HTTP/1.1|X: 1| folded: 2|; 400; a header without a valid name",
                "GET / HTTP/1.1|X: 1|\\tfolded|; 400; a header without a valid name",
                "GET / HTTP/1.1| X: 1|; 400; a header without a valid name",
                "GET / HTTP/1.1|X : 1|; 400; a header without a valid name",
                "GET / HTTP/1.1|Content-Length : 5|; 400; a header without a valid name",
                "GET / HTTP/1.1|: 1|; 400; a header without a valid name",
                "GET / HTTP/1.1|no colon|; 400; a header without a valid name",
                "GET / HTTP/1.1|Host: a|Host: b|; 400; more than one host",
                "GET / HTTP/1.1|X: a\\rb|; 400; a line that does not end in CR LF",
                "GET / HTTP/1.1|X: a\\nContent-Length: 5|; 400; a line that does not end in CR LF",
                "GET / HTTP/1.1\\n; 400; a line that does not end in CR LF",
                "GET / HTTP/1.1\\r\\r\\n; 400; a line that does not end in CR LF",
                "GET / HTTP/1.1|X: a\\0|; 400; a control character",
                "\\26\\3\\1; 400; a control character",
                "GET  / HTTP/1.1|; 400; an invalid request line",
                "GET / HTTP/1.1 |; 400; an invalid request line",
                "GET /\u00e4 HTTP/1.1|; 400; an invalid request line",
                "GET /|; 400; an invalid request line",
                "G\u00cbT / HTTP/1.1|; 400; an invalid request line",
                "GET / http/1.1|; 400; an invalid request line",
                "GET / HTTP/11.1|; 400; an invalid request line",
                "PRI * HTTP/2.0|; 505; HTTP/2",
            })
    void whatTwoReadersCouldTakeForDifferentThingsIsRefused(String lines, String status, String reason) {
        String head = lines.translateEscapes().replace("|", "\r\n") + "\r\n";
        assertRefused(LIMITS, head, status, reason);
    }

    @Test
    void limitsHoldBeforeTheHeadIsComplete() {
        assertRefused(LIMITS, "GET /" + "a".repeat(96), "414", "a request line of more than 100 bytes");
        assertRefused(LIMITS, "GET / HTTP/1.1\r\nX: " + "a".repeat(1000), "431", "a head of more than 1000 bytes");
        assertRefused(LIMITS, "GET / HTTP/1.1\r\n" + "X: 1\r\n".repeat(200), "431", "a head of more than 1000 bytes");
        assertRefused(LIMITS, "\r\n".repeat(501), "431", "a head of more than 1000 bytes");
    }

    @Test
    void anotherProtocolIsNotSpokenButTheRequestIsAnswered() throws Exception {
        // As the JDK's client begins.
        RequestHead head = read("GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nHost: x\r\n"
                        + "HTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n\r\n")
                .orElseThrow();

        assertThat(head.lines()).containsExactly("GET / HTTP/1.1", "Connection: Upgrade, HTTP2-Settings", "Host: x");
    }

    @Test
    void bodiesAreTakenUpToTheLimitOfTheUser() throws Exception {
        assertThat(new HeadReader(WITH_BODIES)
                        .read(bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"))
                        .orElseThrow()
                        .bodyBytes())
                .isEqualTo(20);
        assertRefused(
                WITH_BODIES,
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n",
                "413",
                "a body of more than 20 bytes");
    }

    @Test
    void takesNoMoreThanItsHeadHoweverItIsCut() throws Exception {
        String two = "\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n";
        HeadReader reader = new HeadReader(LIMITS);
        int at = 0;
        Optional<RequestHead> head = Optional.empty();
        for (; head.isEmpty(); at++) {
            assertThat(reader.hasBegun()).isEqualTo(at > 0);
            head = reader.read(bytes(two.substring(at, at + 1)));
        }
        assertThat(head.get().lines()).containsExactly("GET /a HTTP/1.1", "Host: x");
        assertThat(reader.hasBegun()).isFalse();

        ByteBuf rest = bytes(two.substring(at) + "more");
        assertThat(reader.read(rest).orElseThrow().lines()).containsExactly("GET /b HTTP/1.0");
        assertThat(rest.toString(ISO_8859_1)).isEqualTo("more");
    }

    private static Optional<RequestHead> read(String text) throws RefusedException {
        return new HeadReader(LIMITS).read(bytes(text));
    }

    private static void assertRefused(PortLimits limits, String text, String status, String reason) {
        assertThatThrownBy(() -> new HeadReader(limits).read(bytes(text)))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.status()).startsWith(status + " "))
                .hasMessage(reason);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }
}
