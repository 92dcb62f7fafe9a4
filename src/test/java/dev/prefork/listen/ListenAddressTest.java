package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.listen.ListenAddress.Family;
import dev.prefork.listen.ListenAddress.Tcp;
import dev.prefork.listen.ListenAddress.Unix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "tcp4://0.0.0.0:8080, TCP4, 0.0.0.0, 8080",
        "tcp4://:8080, TCP4, 0.0.0.0, 8080",
        "tcp4://*:8080, TCP4, 0.0.0.0, 8080",
        "tcp://:80, TCP, ::, 80",
        "tcp://*:80, TCP, ::, 80",
        "tcp://[::]:80, TCP, ::, 80",
        "tcp://localhost:80, TCP, localhost, 80",
        "tcp://127.0.0.1:80, TCP, 127.0.0.1, 80",
        "tcp6://:80, TCP6, ::, 80",
        "tcp6://[::1]:80, TCP6, ::1, 80",
        "tcp6://[fe80::1%eth0]:80, TCP6, fe80::1%eth0, 80",
        "tcp6://ip6-localhost:80, TCP6, ip6-localhost, 80",
        "8080, TCP4, 0.0.0.0, 8080",
        "0, TCP4, 0.0.0.0, 0",
        ":8080, TCP4, 0.0.0.0, 8080",
        "localhost:8080, TCP4, localhost, 8080",
        "my_host.example:65535, TCP4, my_host.example, 65535",
        "[::1]:8080, TCP6, ::1, 8080",
        "[::]:8080, TCP, ::, 8080",
        "'  tcp4://:1  ', TCP4, 0.0.0.0, 1"
    })
    void tcpAddressesAreRead(String text, Family family, String host, int port) {
        assertThat(ListenAddress.parse(text)).isEqualTo(new Tcp(family, host, port));
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///run/app.sock, /run/app.sock",
        "unix:///run/with=equals.sock, /run/with=equals.sock",
        "unix:/run/app.sock, /run/app.sock",
        "unix:/run/with=equals.sock, /run/with=equals.sock",
        "unix://@prefork/app, @prefork/app"
    })
    void unixPathsAreRead(String text, String path) {
        assertThat(ListenAddress.parse(text)).isEqualTo(new Unix(path));
    }

    @ParameterizedTest
    @CsvSource({
        "8080, tcp4://0.0.0.0:8080",
        "tcp://:0, tcp://[::]:0",
        "tcp6://*:1, tcp6://[::]:1",
        "localhost:08080, tcp4://localhost:8080",
        "unix:///run/app.sock, unix:///run/app.sock"
    })
    void theCanonicalFormIsWrittenAndReadsBackTheSame(String text, String canonical) {
        ListenAddress address = ListenAddress.parse(text);
        assertThat(address).hasToString(canonical);
        assertThat(ListenAddress.parse(canonical)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | it is empty",
                "http://localhost:80 | unknown scheme 'http'; use tcp://, tcp4://, tcp6:// or unix://",
                "TCP4://localhost:80 | unknown scheme 'TCP4'",
                "tcp4://localhost | it has no port; append one, such as :8080",
                "localhost | it has no port",
                "tcp6://[::1] | it has no port",
                "tcp4://localhost: | '' is not a port; use a number from 0 to 65535",
                "tcp4://localhost:http | 'http' is not a port",
                "tcp4://localhost:65536 | '65536' is not a port",
                "tcp4://localhost:-1 | '-1' is not a port",
                "tcp4://localhost:+80 | '+80' is not a port",
                "tcp4://localhost:80/ | '80/' is not a port",
                "tcp4://localhost:99999999999 | is not a port",
                "65536 | '65536' is not a port",
                "-1 | '-1' is not a port",
                "123456 | '123456' is not a port",
                "tcp4://[::1]:80 | tcp4 takes no IPv6 address; write tcp6://[::1]:80",
                "tcp6://::1:80 | an IPv6 address needs brackets; write for instance tcp6://[::1]:8080",
                "tcp6://[localhost]:80 | 'localhost' is not an IPv6 address",
                "tcp4://a b:80 | 'a b' is not a host",
                "tcp4://*.example:80 | '*.example' is not a host",
                "tcp4://user@host:80 | 'user@host' is not a host",
                "/run/app.sock | a path needs its scheme; write unix:///run/app.sock",
                "unix:app.sock | it needs an absolute path; write for instance unix:///run/app.sock",
                "unix:// | it needs an absolute path",
                "unix://@ | it needs an absolute path",
                "unix://run/app.sock | it needs an absolute path",
                "unix:///run/ | the path does not name a file"
            })
    void aWrongAddressIsAnsweredWithOneLineThatHelps(String text, String message) {
        assertThatThrownBy(() -> ListenAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bad listen address '" + text + "': ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aPathThatTheKernelCannotTakeIsRefusedByItsLengthInBytes() {
        String fits = "/" + "x".repeat(106);
        assertThat(ListenAddress.parse("unix://" + fits)).isEqualTo(new Unix(fits));
        assertThatThrownBy(() -> ListenAddress.parse("unix://" + fits + "x"))
                .hasMessageContaining("the path has 108 bytes and the kernel allows 107");
        assertThatThrownBy(() -> ListenAddress.parse("unix:///" + "ä".repeat(54)))
                .hasMessageContaining("the path has 109 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[", "]:80", "[]:80", "[::1]80", "://", "tcp4://", ":", "::", "unix:///a\0b", "=", "%%%:1:"})
    void nonsenseIsNeverAnythingButAnIllegalArgument(String text) {
        assertThatThrownBy(() -> ListenAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
