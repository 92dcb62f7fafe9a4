package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpTableTest {
    private static final String V4 = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                             \s
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 40301 1 0000000000000000 100 0 0 10 0
               1: 0100007F:1F90 0100007F:C001 03 00000000:00000000 01:00000000 00000000     0        0 0 1 0000000000000000
            1234: 0100007F:1F90 0A000002:C002 01 00000000:00000000 00:00000000 00000000 65534        0 18446744 1 0000000000000000 20 4 30 10 -1
               3: 0100007F:0050 0100007F:1F90 03 00000000:00000000 00:00000000 00000000     0        0 7 1 0000000000000000 20 4 30 10 -1
            """;
    private static final String V6 = """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:E842 01 00000000:00000000 00:00000000 00000000     0        0 99 1 0000000000000000 20 4 30 10 -1
            """;

    private static final Endpoint.Inet HERE = new Endpoint.Inet(InetAddress.getLoopbackAddress(), 8080);

    @TempDir
    Path directory;

    @Test
    void everyFieldIsReadAsTheKernelWroteIt() throws IOException {
        List<TcpRow> rows = TcpTable.rows(List.of(file("tcp", V4), file("tcp6", V6)), port -> port == 8080);

        assertThat(rows).extracting(TcpRow::localPort).containsOnly(8080).hasSize(4);
        assertThat(rows).extracting(TcpRow::state).containsExactly(10, 3, 1, 1);
        assertThat(rows).extracting(TcpRow::remotePort).containsExactly(0, 0xC001, 0xC002, 0xE842);
        assertThat(rows).extracting(TcpRow::inode).containsExactly(40301L, 0L, 18446744L, 99L);
        assertThat(rows)
                .extracting(TcpRow::remote)
                .containsExactly("00000000", "0100007F", "0A000002", "0000000000000000FFFF00000100007F");
    }

    @Test
    void filesThatAreMissingOrEmptyHaveNoRows() throws IOException {
        Path missing = directory.resolve("missing");
        assertThat(TcpTable.rows(
                        List.of(
                                missing,
                                file("empty", ""),
                                file("head", V4.lines().findFirst().orElseThrow())),
                        port -> true))
                .isEmpty();
        assertThat(TcpTable.rows(List.of(missing, file("tcp", V4)), port -> true))
                .hasSize(4);
    }

    @Test
    void aRealConnectionIsFoundBeforeAndAfterItIsAccepted() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            await().until(() -> inodeOf(server, client) == 0);
            try (Socket accepted = server.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(inodeOf(server, client)).isPositive();
            }
        }
    }

    @Test
    void aConnectionWaitsUntilItIsAcceptedAlsoOnceTheClientHasClosedIt() throws IOException {
        Path table = file(
                "tcp",
                V4
                        + V4.lines().skip(3).findFirst().orElseThrow().replace("18446744 ", "0 ") + "\n"
                        + V4.lines()
                                .skip(3)
                                .findFirst()
                                .orElseThrow()
                                .replace(" 01 ", " 08 ")
                                .replace("C002", "C003")
                                .replace("18446744 ", "0 ")
                        + "\n");
        assertThat(TcpTable.waiting(table, new Endpoint.Inet(InetAddress.getByName("127.0.0.1"), 8080)))
                .containsExactlyInAnyOrder("0100007F:1F90 0A000002:C002", "0100007F:1F90 0A000002:C003");
        assertThat(TcpTable.waiting(table, new Endpoint.Inet(InetAddress.getByName("0.0.0.0"), 8080)))
                .hasSize(2);
        assertThat(TcpTable.waiting(table, new Endpoint.Inet(InetAddress.getByName("127.0.0.2"), 8080)))
                .isEmpty();
        assertThatThrownBy(() -> TcpTable.waiting(
                        directory.resolve("missing"), new Endpoint.Inet(InetAddress.getLoopbackAddress(), 1)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aQueueOfNothingButResetsIsToldFromOneWithAnybodyWhoWaitsAndFromATableThatDoesNotSay() throws IOException {
        String silent = V4.lines().limit(2).collect(Collectors.joining("\n")) + "\n";
        String listener = silent.replace("0A 00000000:00000000", "0A 00000000:00000002");
        String accepted = V4.lines().skip(3).findFirst().orElseThrow() + "\n";
        String waits = accepted.replace("18446744 ", "0 ");
        assertThat(hasOnlyResets(listener)).isTrue();
        assertThat(hasOnlyResets(listener + accepted)).isTrue();
        assertThat(hasOnlyResets(listener + waits.replace(" 01 ", " 06 ")))
                .as("TIME_WAIT")
                .isTrue();
        assertThat(hasOnlyResets(silent)).as("a table without lengths").isFalse();
        for (String state : List.of(" 01 ", " 03 ", " 08 ")) {
            assertThat(hasOnlyResets(listener + waits.replace(" 01 ", state)))
                    .as(state)
                    .isFalse();
        }
        assertThat(TcpTable.hasOnlyResets(directory.resolve("missing"), HERE)).isFalse();
    }

    private boolean hasOnlyResets(String table) throws IOException {
        return TcpTable.hasOnlyResets(file("tcp", table), HERE);
    }

    private static long inodeOf(ServerSocket server, Socket client) {
        return TcpTable.rows(port -> port == server.getLocalPort()).stream()
                .filter(row -> row.remotePort() == client.getLocalPort())
                .filter(row -> row.remote().endsWith("0100007F"))
                .mapToLong(TcpRow::inode)
                .findFirst()
                .orElse(-1);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }
}
