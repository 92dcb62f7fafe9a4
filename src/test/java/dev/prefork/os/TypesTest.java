package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypesTest {
    @ParameterizedTest
    @CsvSource({
        "0x0000, exit code 0",
        "0x0100, exit code 1",
        "0x8f00, exit code 143",
        "0xff00, exit code 255",
        "0x0009, SIGKILL",
        "0x000f, SIGTERM",
        "0x008b, SIGSEGV (core dumped)",
        "0x0021, signal 33"
    })
    void aStatusWordIsDecodedAndReadsWell(String word, String text) {
        assertThat(WaitStatus.decode(Integer.decode(word))).hasToString(text);
    }

    @Test
    void aCoreDumpIsToldApart() {
        assertThat(WaitStatus.decode(0x8b)).isEqualTo(new WaitStatus.Signaled(11, true));
        assertThat(WaitStatus.decode(0x0b)).isEqualTo(new WaitStatus.Signaled(11, false));
    }

    @Test
    void signalsHaveTheNumbersOfTheKernel() {
        for (Signal signal : Signal.values()) {
            try (TestChild kill = TestChild.sh("kill -l " + signal.number())) {
                assertThat(kill.readLine()).isEqualTo(signal.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "fe80:0:0:0:1:0:0:1, fe80::1:0:0:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:0:0:0:0:0:0:0, 1::",
        "2001:DB8::A, 2001:db8::a",
        "127.0.0.1, 127.0.0.1"
    })
    void addressesAreWrittenShort(String address, String text) throws UnknownHostException {
        assertThat(new Endpoint.Inet(InetAddress.getByName(address), 80).host()).isEqualTo(text);
    }

    @Test
    void endpointsReadLikeListenAddresses() throws UnknownHostException {
        assertThat(new Endpoint.Inet(InetAddress.getByName("::1"), 80)).hasToString("tcp6://[::1]:80");
        assertThat(new Endpoint.Inet(InetAddress.getByName("10.0.0.1"), 80)).hasToString("tcp4://10.0.0.1:80");
        assertThat(new Endpoint.Unix("/run/x.sock")).hasToString("unix:///run/x.sock");
    }

    @Test
    void addressesSurviveTheKernelsForm() throws UnknownHostException {
        for (Endpoint endpoint : new Endpoint[] {
            new Endpoint.Inet(InetAddress.getByName("10.1.2.3"), 65535),
            new Endpoint.Inet(InetAddress.getByName("2001:db8::1"), 1),
            new Endpoint.Inet(InetAddress.getByName("fe80::1%7"), 1),
            new Endpoint.Unix("/run/ä.sock"),
            new Endpoint.Unix("@abstract/name")
        }) {
            byte[] encoded = SockAddrs.encode("bind", endpoint);
            assertThat(SockAddrs.decode(encoded, encoded.length)).hasToString(endpoint.toString());
        }
    }

    @Test
    void anIpv4AddressHasTheBytesOfTheHeader() throws UnknownHostException {
        assertThat(SockAddrs.encode("bind", new Endpoint.Inet(InetAddress.getByName("1.2.3.4"), 0x1f90)))
                .containsExactly(2, 0, 0x1f, 0x90, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void addressesThatCannotBeAreEinval() {
        for (String path : new String[] {"", "@", "/run/a\0b"}) {
            assertThatThrownBy(() -> SockAddrs.encode("bind", new Endpoint.Unix(path)))
                    .isInstanceOfSatisfying(
                            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        }
    }

    @Test
    void aFamilyPreforkDoesNotKnowIsEafnosupport() {
        assertThatThrownBy(() -> SockAddrs.decode(new byte[] {40, 0, 0, 0}, 4))
                .hasMessageContaining("family 40")
                .hasMessageEndingWith("(EAFNOSUPPORT)");
    }

    @Test
    void withoutALocaleTextIsUtf8() {
        assertThat(NativeText.charset("ANSI_X3.4-1968")).isEqualTo(StandardCharsets.UTF_8);
        assertThat(NativeText.charset("UTF-8")).isEqualTo(StandardCharsets.UTF_8);
        assertThat(NativeText.charset("ISO-8859-1")).isEqualTo(StandardCharsets.ISO_8859_1);
        assertThat(NativeText.charset("no-such-charset")).isEqualTo(StandardCharsets.UTF_8);
    }
}
