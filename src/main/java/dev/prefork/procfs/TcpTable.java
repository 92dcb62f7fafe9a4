package dev.prefork.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The kernel's lists of TCP sockets, /proc/net/tcp and tcp6; see proc_pid_net(5). Stateless; any thread.
 *
 * <p>The cost grows with all connections of the network namespace: a few milliseconds for none, another one for each thousand.
 */
public final class TcpTable {
    private static final List<Path> FILES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private TcpTable() {}

    /** The sockets, including connections not accepted yet, with such a local port. */
    public static List<TcpRow> rows(IntPredicate localPort) {
        return rows(FILES, localPort);
    }

    /** Without the files that cannot be read: a kernel without IPv6 has no tcp6, some sandboxes have neither. */
    static List<TcpRow> rows(List<Path> files, IntPredicate localPort) {
        List<TcpRow> rows = new ArrayList<>();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                collect(in.readAllBytes(), localPort, rows);
            } catch (IOException unreadable) {
                continue;
            }
        }
        return rows;
    }

    /** Handshakes under way on these ports. */
    public static int handshakes(IntPredicate localPort) {
        return (int) rows(localPort).stream()
                .filter(row -> row.state() == TcpRow.SYN_RECEIVED)
                .count();
    }

    private static void collect(byte[] table, IntPredicate localPort, List<TcpRow> rows) {
        for (int line = after('\n', table, 0); line < table.length; line = after('\n', table, line)) {
            int local = after(':', table, line) + 1;
            TcpRow row = new TcpRow(table, local, after(':', table, local) - 1 - local);
            if (localPort.test(row.localPort())) {
                rows.add(row);
            }
        }
    }

    private static int after(char mark, byte[] table, int from) {
        int at = from;
        while (at < table.length && table[at] != mark) {
            at++;
        }
        return at + 1;
    }
}
