package dev.prefork.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
                new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .skip(1)
                        .map(TcpRow::parse)
                        .filter(row -> localPort.test(row.localPort()))
                        .forEach(rows::add);
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
}
