package dev.prefork.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each caller makes of it is tested with the caller. */
class ResponseTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 200\n\n",
                "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
            })
    void theHeadEndsWithAnEmptyLineAndInterimOnesDoNotCount(String head) throws IOException {
        for (int i = 0; i < head.length(); i++) {
            assertThat(parse(head.substring(0, i))).isEmpty();
            assertThat(Response.isPossible(bytes(head.substring(0, i)))).isTrue();
        }
        Response response = parse(head).orElseThrow();
        assertThat(response).isEqualTo(new Response(200, head.length(), Response.UNKNOWN, false));
        assertThat(response.body(bytes(head + "some"))).isEqualTo(bytes("some"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0015\u0003\u0003", "220 ", "HTTP/2", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 600 ?\r\n\r\n"})
    void whatCannotBecomeAResponseIsKnownEarly(String text) {
        assertThat(Response.isPossible(bytes(text))).isFalse();
        assertThat(parse(text)).isEmpty();
        assertThat(Response.status(bytes(text))).isEmpty();
    }

    @Test
    void thereIsAnEndToHeads() {
        assertThat(parse("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 16) + "\r\n\r\n"))
                .isEmpty();
    }

    @Test
    void aBodyThatIsNotWholeIsRefused() {
        String text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour";
        assertThatThrownBy(() -> parse(text).orElseThrow().body(bytes(text)))
                .isInstanceOf(IOException.class)
                .hasMessage("the response is truncated");
    }

    @Test
    void theLengthIsKnownWhenTheHeadIs() {
        assertThat(expected("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n")).isEmpty();
        assertThat(expected("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nab")).hasValue(43);
        assertThat(expected("HTTP/1.0 200 OK\r\n\r\nab")).hasValue(Long.MAX_VALUE);
        assertThat(expected("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .hasValue(Long.MAX_VALUE);
        assertThat(expected("HTTP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n"))
                .hasValue(Long.MAX_VALUE);
    }

    private static OptionalLong expected(String begun) {
        return parse(begun).map(response -> OptionalLong.of(response.total())).orElse(OptionalLong.empty());
    }

    private static Optional<Response> parse(String text) {
        return Response.parse(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
