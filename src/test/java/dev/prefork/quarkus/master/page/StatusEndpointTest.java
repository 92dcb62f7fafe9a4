package dev.prefork.quarkus.master.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusEndpointTest {
    private final PageServer server = new PageServer();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void begin() {
        server.status(Map.of("state", "serving"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<byte[]> send(String method, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/prefork/status"))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void theDocumentIsSentAsItIsAndNotKept() throws IOException {
        Answer answer = server.get("/prefork/status");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"state\":\"serving\"}");
        assertThat(answer.headers())
                .containsEntry("content-type", List.of("application/json; charset=utf-8"))
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("vary", List.of("Accept-Encoding"))
                .doesNotContainKey("content-encoding")
                .doesNotContainKey("access-control-allow-origin");

        server.status(Map.of("state", "draining"));
        assertThat(server.get("/prefork/status").body()).isEqualTo("{\"state\":\"draining\"}");
    }

    @Test
    void itIsZippedForThoseThatTakeIt() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> answer = send("GET", "Accept-Encoding", "br, gzip;q=0.5");
            assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
            GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"state\":\"serving\"}");
        }
        assertThat(send("GET", "Accept-Encoding", "gzip;q=0").headers().firstValue("content-encoding"))
                .isEmpty();
    }

    @Test
    void aHeadRequestIsToldTheLength() throws Exception {
        HttpResponse<byte[]> answer = send("HEAD");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-length")).hasValue("19");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void nothingElseIsAllowed(String method) throws Exception {
        HttpResponse<byte[]> answer = send(method);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(server.looks).hasValue(0);
    }

    @Test
    void afterAnErrorThereIsNoneOfIt() throws IOException {
        server.master.running().master().errors().report(Thread.currentThread(), new OutOfMemoryError("of a test"));
        assertThat(server.get("/prefork/status").status()).isEqualTo(503);
        assertThat(server.looks).hasValue(0);
    }
}
