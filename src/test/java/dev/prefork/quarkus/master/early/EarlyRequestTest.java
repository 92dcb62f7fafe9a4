package dev.prefork.quarkus.master.early;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyRequestTest {
    @ParameterizedTest
    @CsvSource({
        "GET /q/health HTTP/1.1, GET, /q/health",
        "HEAD / HTTP/1.0, HEAD, /",
        "GET /q/health/live?verbose=1&x=/y HTTP/1.1, GET, /q/health/live",
        "POST /prefork/stop HTTP/1.1, POST, /prefork/stop"
    })
    void methodAndPathAreRead(String line, String method, String path) {
        assertThat(EarlyRequest.parse(line + "\r\nHost: x")).contains(new EarlyRequest(method, path));
        assertThat(EarlyRequest.parse(line)).contains(new EarlyRequest(method, path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "GET",
                "GET /",
                "GET  HTTP/1.1",
                " / HTTP/1.1",
                "GET / HTTP/2",
                "GET x HTTP/1.1",
                "GET /a b HTTP/1.1",
                "\u0016\u0003\u0001 TLS"
            })
    void anythingElseIsNoRequest(String line) {
        assertThat(EarlyRequest.parse(line)).isEmpty();
    }

    @Test
    void onlyReadingsAreAnswered() {
        assertThat(new EarlyRequest("GET", "/").reads()).isTrue();
        assertThat(new EarlyRequest("HEAD", "/").reads()).isTrue();
        assertThat(new EarlyRequest("DELETE", "/").reads()).isFalse();
    }

    @Test
    void aHeadEndsWithAnEmptyLineAndNotBefore() {
        byte[] whole = "GET / HTTP/1.1\r\nHost: x\r\n\r\nbody".getBytes(StandardCharsets.US_ASCII);

        assertThat(EarlyRequest.head(whole, whole.length)).contains("GET / HTTP/1.1\r\nHost: x");
        assertThat(EarlyRequest.head(whole, whole.length - 5)).isEmpty();
        assertThat(EarlyRequest.head(whole, 0)).isEmpty();
    }
}
