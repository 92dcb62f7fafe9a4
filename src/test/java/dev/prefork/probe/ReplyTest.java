package dev.prefork.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {
    private final Reply reply = new Reply();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n",
                "HTTP/1.0 204 \r\n\r\n",
                "HTTP/1.1 204\r\n\r\n",
                "HTTP/1.1 204\n\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n"
            })
    void theStatusIsKnownAsSoonAsItsLineIsThereHoweverItArrives(String text) {
        for (char one : text.toCharArray()) {
            assertThat(reply.isHopeless()).isFalse();
            add(String.valueOf(one));
        }
        assertThat(reply.status()).hasValue(204);
        assertThat(reply.isHopeless()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 20", "HTTP/1.1 200", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n"})
    void aPartIsNoStatusButMayBecomeOne(String text) {
        add(text);
        assertThat(reply.status()).isEmpty();
        assertThat(reply.isHopeless()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2p1\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 999 OK\r\n\r\n",
                "\u0015\u0003\u0003\0\u0002\u0002\u0046 and so on",
                " HTTP/1.1 200 OK\r\n\r\n"
            })
    void whatIsNotHttp1NeverBecomesOne(String text) {
        add(text);
        assertThat(reply.status()).isEmpty();
        assertThat(reply.isHopeless()).isTrue();
    }

    @Test
    void aStatusInTheBodyIsNone() {
        add("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 500 Sorry\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        assertThat(reply.status()).hasValue(500);
    }

    @Test
    void thereIsAnEndToInterimAnswers() {
        add("HTTP/1.1 103 Early Hints\r\nLink: " + "x".repeat(Reply.LONGEST));
        assertThat(reply.isHopeless()).isTrue();
        add("\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        assertThat(reply.status()).isEmpty();
    }

    private void add(String text) {
        reply.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
