package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningSocketsTest {
    private static final String TCP_HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    private static final String UNIX_HEAD = "Num       RefCount Protocol Flags    Type St Inode Path\n";

    @TempDir
    Path process;

    @Test
    void whatListensOnTcpOfBothFamiliesAndOnUnixSocketsIsFound() throws IOException {
        file("tcp", TCP_HEAD + tcp("0100007F:0BB8 00000000:0000 0A", 11) + tcp("0100007F:0BB8 0100007F:D431 01", 12));
        file("tcp6", TCP_HEAD + tcp("0".repeat(32) + ":1F90 " + "0".repeat(32) + ":0000 0A", 13));
        file(
                "unix",
                UNIX_HEAD
                        + "0000000000000000: 00000002 00000000 00010000 0001 01 21 /run/app.sock\n"
                        + "0000000000000000: 00000003 00000000 00000000 0001 03 22 /run/app.sock\n"
                        + "0000000000000000: 00000002 00000000 00010000 0001 01 23 @abstract name\n"
                        + "0000000000000000: 00000002 00000000 00000000 0002 01 24 @datagrams\n");

        assertThat(ListeningSockets.of(process)).containsExactlyInAnyOrder(11L, 13L, 21L, 23L);
    }

    @Test
    void aNameThatLooksLikeALineOfItsOwnHurtsNothing() throws IOException {
        file(
                "unix",
                UNIX_HEAD
                        + "0000000000000000: 00000002 00000000 00010000 0001 01 21 @a\nb c\n1 2 3 zzzzzzzz 5 6 7\n"
                        + "0000000000000000: 00000002 00000000 00010000 0001 01 22 @\u00ff\n");

        assertThat(ListeningSockets.of(process)).containsExactlyInAnyOrder(21L, 22L);
    }

    @Test
    void aProcessThatIsGoneListensOnNothing() {
        assertThat(ListeningSockets.of(process.resolve("nowhere"))).isEmpty();
    }

    private static String tcp(String addressesAndState, long inode) {
        return "   0: " + addressesAndState + " 00000000:00000000 00:00000000 00000000  1000        0 " + inode
                + " 1 0000000000000000 100 0 0 10 0\n";
    }

    private void file(String name, String content) throws IOException {
        Files.createDirectories(process.resolve("net"));
        Files.writeString(process.resolve("net").resolve(name), content, StandardCharsets.ISO_8859_1);
    }
}
