package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of the question and of answers that were recorded, on little-endian machines as all that are supported. */
class UnixDiagTest {
    private static final String HEADER = "34000000 1400 0000 00000000 26320000";
    private static final String LISTENING = "01 01 0a 00 893c0000 0100000000000000";
    private static final String CONNECTED = "01 01 01 00 893c0000 0100000000000000";
    private static final String THREE_OF_FIVE = "0c00 0400 03000000 05000000";
    private static final String SHUTDOWN = "0500 0600 00 000000";

    @Test
    void oneSocketIsAskedForByItsInode() {
        assertThat(UnixDiag.request(0x3c89, 0x10))
                .isEqualTo(bytes(
                        "28000000 1400 0100 00000000 00000000",
                        "01 00 0000 ffffffff 893c0000 10000000 ffffffffffffffff"));
    }

    @Test
    void theQueueIsFoundAmongTheAttributesWhereverItIs() {
        assertThat(decode(HEADER, LISTENING, THREE_OF_FIVE, SHUTDOWN)).isEqualTo(new AcceptQueue(3, 5));
        assertThat(decode(HEADER, LISTENING, SHUTDOWN, THREE_OF_FIVE)).isEqualTo(new AcceptQueue(3, 5));
    }

    @Test
    void whoWaitsIsListedInTheOrderOfTheQueue() {
        byte[] message = bytes(HEADER, LISTENING, THREE_OF_FIVE, "1000 0300 07000000 00000000 05000000", SHUTDOWN);
        assertThat(UnixDiag.decodeWaiting(message, message.length, 7)).containsExactly(7, 0, 5);
        byte[] none = bytes(HEADER, LISTENING, "0400 0300");
        assertThat(UnixDiag.decodeWaiting(none, none.length, 7)).isEmpty();
        assertThatThrownBy(() -> UnixDiag.decodeWaiting(bytes(HEADER, LISTENING, THREE_OF_FIVE), 44, 7))
                .hasMessageContaining("UNIX_DIAG_ICONS");
    }

    @Test
    void aRefusalIsThrownWithItsErrno() {
        assertThatThrownBy(() -> decode("3c000000 0200 0000 00000000 26320000", "feffffff", "00".repeat(40)))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("sock_diag(7): No such file or directory (ENOENT)");
    }

    @Test
    void bytesInFlightOnAConnectionAreNotTakenForAQueue() {
        assertErrno(Errno.EINVAL, HEADER, CONNECTED, THREE_OF_FIVE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "34000000",
                HEADER,
                "10000000 0300 0000 00000000 26320000" + LISTENING,
                "24000000 0200 0000 00000000 26320000 00000000 00000000 00000000 00000000",
                HEADER + LISTENING,
                HEADER + LISTENING + SHUTDOWN,
                HEADER + LISTENING + "0c00 0400 03000000",
                HEADER + LISTENING + "0000 0600 0000 0000 0000 0000 0000 0000 0000 0000",
                HEADER + LISTENING + "ffff 0600 0000 0000 0000 0000" + THREE_OF_FIVE
            })
    void whatIsNoAnswerIsEbadmsg(String message) {
        assertErrno(Errno.EBADMSG, message);
    }

    @Test
    void whatLiesBehindTheAnswerInTheBufferIsNotRead() {
        byte[] buffer = bytes(HEADER, LISTENING, THREE_OF_FIVE);
        int length = bytes(HEADER, LISTENING).length;
        assertThatThrownBy(() -> UnixDiag.decode(buffer, length, 7)).hasMessageContaining("UNIX_DIAG_RQLEN");
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EPROTONOSUPPORT", "EAFNOSUPPORT", "EPERM"})
    void aSandboxWithoutSuchSocketsIsToldByItsErrno(Errno errno) {
        FailingLibc libc = new FailingLibc("socket", errno);
        assertThatThrownBy(() -> new UnixDiag(libc.libc(), libc.guard()).acceptQueue(7))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("socket(AF_NETLINK, NETLINK_SOCK_DIAG): ")
                .hasMessageEndingWith("(" + errno.name() + ")");
        assertThat(libc.calls()).containsExactly("fstat", "socket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendto", "recv"})
    void theSocketIsClosedWhenTheQuestionOrTheAnswerFails(String function) {
        FailingLibc libc = new FailingLibc(function, Errno.EAGAIN);
        assertThatThrownBy(() -> new UnixDiag(libc.libc(), libc.guard()).acceptQueue(7))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith(function + "(0, ");
        assertThat(libc.calls()).startsWith("fstat", "socket", "sendto").endsWith(function, "close");
    }

    @Test
    void anInterruptedAnswerIsFetchedAgain() {
        FailingLibc libc = new FailingLibc("recv", Errno.EINTR);
        assertThatThrownBy(() -> new UnixDiag(libc.libc(), libc.guard()).acceptQueue(7))
                .hasMessage("sock_diag(7, 0 bytes, type 0): Bad message (EBADMSG)");
        assertThat(libc.calls()).containsExactly("fstat", "socket", "sendto", "recv", "recv", "close");
    }

    private static void assertErrno(Errno expected, String... hex) {
        assertThatThrownBy(() -> decode(hex)).isInstanceOfSatisfying(ErrnoException.class, e -> {
            assertThat(e.errno()).isEqualTo(expected);
            assertThat(e).hasMessageStartingWith("sock_diag(");
        });
    }

    private static AcceptQueue decode(String... hex) {
        byte[] message = bytes(hex);
        return UnixDiag.decode(Arrays.copyOf(message, 512), message.length, 7);
    }

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
    }
}
