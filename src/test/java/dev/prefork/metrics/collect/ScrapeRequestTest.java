package dev.prefork.metrics.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapeRequestTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final String OPEN =
            "HTTP/1.0 200 OK\r\nCONTENT-TYPE:application/openmetrics-text; version=1.0.0\r\n\r\n";

    private static String body(String answer) throws IOException {
        return new String(
                ScrapeRequest.body(answer.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    private static void refused(String answer, String why) {
        assertThatThrownBy(() -> body(answer)).isInstanceOf(IOException.class).hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\n",
                "HTTP/1.1 200 Fine, thank you\r\nCONTENT-LENGTH:4\r\nX: y\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: transfer-encoding: gzip\r\ncontent-length:   4   \r\n\r\n"
            })
    void theBodyIsWhatFollowsTheHead(String head) throws IOException {
        assertThat(body(head + "a 1\n")).isEqualTo("a 1\n");
    }

    @Test
    void anEmptyBodyIsOne() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).isEmpty();
        assertThat(body(CHUNKED + "0\r\n\r\n")).isEmpty();
    }

    @Test
    void whatFollowsTheLengthThatWasSaidIsNoPartOfIt() throws IOException {
        assertThat(body("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na 1\nHTTP/1.1 400 Bad\r\n\r\n"))
                .isEqualTo("a 1\n");
    }

    @Test
    void chunksAreJoinedWhateverExtensionsAndTrailersTheyHave() throws IOException {
        assertThat(body(CHUNKED + "4\r\na 1\n\r\n0\r\n\r\n")).isEqualTo("a 1\n");
        assertThat(body(CHUNKED + "2;x=y\r\na \r\n 02 ; q=\"z\"\r\n1\n\r\n0;last\r\nX-Trailer: 1\r\n\r\n"))
                .isEqualTo("a 1\n");
        assertThat(body("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\nA\r\n012345678\n\r\n0\r\n\r\n"))
                .isEqualTo("012345678\n");
        assertThat(
                        body(
                                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nx\n\r\n0\r\n\r\n"))
                .as("chunks come before a length; see RFC 9112, section 6.3")
                .isEqualTo("x\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5\r\na 1\n",
                "4\r\na 1\n\r\n",
                "4\r\na 1\n",
                "4",
                "x\r\na\r\n0\r\n\r\n",
                "-1\r\na\r\n0\r\n\r\n",
                "fffffff\r\na\r\n0\r\n\r\n",
                "ffffffffff\r\na\r\n0\r\n\r\n",
                "\r\n0\r\n\r\n"
            })
    void chunksThatEndTooEarlyAreRefused(String chunks) {
        refused(CHUNKED + chunks, "is truncated");
    }

    @Test
    void aBodyShorterThanItSaysIsRefused() {
        refused("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na 1\n", "is truncated");
        refused("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na 1\n", "is truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a_total 123", "# TYPE a counter\na_total 123", "#", "a 1\n# EOF", ""})
    void aBodyWithoutItsLastLineFeedIsRefused(String body) {
        refused("HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n" + body, "is truncated");
    }

    @Test
    void aBodyWithoutItsLastLineFeedIsRefusedThoughItIsAsLongAsItSays() {
        refused("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na 1", "is truncated");
        refused(CHUNKED + "3\r\na 1\r\n0\r\n\r\n", "is truncated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a_total 123\n", "a_total 123\n#", "a 1\n# EO", "a 1\n# HELP b # EOF\n", "a 1\n# EOF\nb 1\n"})
    void anOpenMetricsBodyWithoutItsEofIsRefused(String body) {
        refused(OPEN + body, "is truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 1\n# EOF\n", "a 1\n# EOF", "a 1\r\n# EOF\r\n", "# EOF\n"})
    void anOpenMetricsBodyWithItsEofIsWhole(String body) throws IOException {
        assertThat(body(OPEN + body)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Oops", "404 Not Found", "301 Moved", "204 No Content", "206 Partial Content", "503"})
    void anotherStatusIsRefusedByItsNumber(String status) {
        refused("HTTP/1.1 " + status + "\r\n\r\na 1\n", "status " + status.substring(0, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n",
                "a 1\n",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 OK\r\n\r\n",
                "SSH-2.0-x\r\n\r\n"
            })
    void whatIsNoHttpIsRefused(String answer) {
        refused(answer, "not HTTP");
    }

    @Test
    void whateverIsCutOffOrSpoiltNothingElseIsEverThrown() {
        byte[] whole = (CHUNKED + "2;x=y\r\na \r\n2\r\n1\n\r\n0\r\nX: 1\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        Random random = new Random(5);
        int refusals = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] spoilt = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int n = random.nextInt(3); n > 0 && spoilt.length > 0; n--) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ScrapeRequest.body(spoilt)).hasSizeLessThanOrEqualTo(whole.length);
            } catch (IOException e) {
                refusals++;
            }
        }
        assertThat(refusals).isPositive();
    }
}
