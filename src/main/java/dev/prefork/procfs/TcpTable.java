package dev.prefork.procfs;

import dev.prefork.os.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel's lists of TCP sockets, /proc/net/tcp and tcp6; see proc_pid_net(5). Stateless; any thread.
 *
 * <p>The cost grows with all connections of the network namespace: a few milliseconds for none, another one for each thousand.
 */
public final class TcpTable {
    private static final List<Path> FILES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** TCP_ESTABLISHED and TCP_CLOSE_WAIT of the kernel's tcp_states.h. */
    private static final Set<String> QUEUED = Set.of("01", "08");

    private static final String LISTEN = "0A";

    /** Those, and TCP_SYN_RECV: with TCP_FASTOPEN a connection may be accepted before its handshake has ended. */
    private static final Set<String> COMING = Set.of("01", "03", "08");

    /** The rx_queue of a listening socket: how many connections it has to accept. */
    private static final String EMPTY = ":00000000";

    /** The inode of what no process holds. */
    private static final String UNHELD = "0";

    private TcpTable() {}

    /** The sockets, including connections not accepted yet, with such a local port. */
    public static List<TcpRow> rows(IntPredicate localPort) {
        return rows(FILES, localPort);
    }

    /** Without the files that cannot be read: a kernel without IPv6 has no tcp6, some sandboxes have neither. */
    static List<TcpRow> rows(List<Path> files, IntPredicate localPort) {
        List<TcpRow> rows = new ArrayList<>();
        for (Path file : files) {
            try {
                lines(file)
                        .flatMap(line -> TcpRow.parse(line).stream())
                        .filter(row -> localPort.test(row.localPort()))
                        .forEach(rows::add);
            } catch (IOException unreadable) {
                continue;
            }
        }
        return rows;
    }

    /**
     * The connections that wait to be accepted at {@code listener}: both ends of each, as the kernel writes them. One that the
     * client has closed waits on, but one that it has reset is in no table, though it keeps its place in the queue
     * (tcp_reset and inet_csk_accept in net/ipv4).
     *
     * @throws IOException where there is no such table, so that no connection would be seen
     */
    public static Set<String> waiting(Endpoint.Inet listener) throws IOException {
        return waiting(FILES.get(listener.address() instanceof Inet6Address ? 1 : 0), listener);
    }

    static Set<String> waiting(Path file, Endpoint.Inet listener) throws IOException {
        return at(file, listener)
                .filter(fields -> QUEUED.contains(fields[3]) && fields[9].equals(UNHELD))
                .map(fields -> fields[1] + " " + fields[2])
                .collect(Collectors.toSet());
    }

    /**
     * Whether all places in the queue of {@code listener} are of connections that their clients have reset. False where that
     * cannot be seen: not every sandbox that has the table lists what waits, and one that does tells the queue's length.
     */
    public static boolean hasOnlyResets(Endpoint.Inet listener) {
        return hasOnlyResets(FILES.get(listener.address() instanceof Inet6Address ? 1 : 0), listener);
    }

    static boolean hasOnlyResets(Path file, Endpoint.Inet listener) {
        try {
            List<String[]> all = at(file, listener).toList();
            return all.stream().anyMatch(fields -> fields[3].equals(LISTEN) && !fields[4].endsWith(EMPTY))
                    && all.stream().noneMatch(fields -> COMING.contains(fields[3]) && fields[9].equals(UNHELD));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** One for each socket. */
    private static Stream<String> lines(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .skip(1);
        }
    }

    /** The fields of all sockets with that local end. */
    private static Stream<String[]> at(Path file, Endpoint.Inet listener) throws IOException {
        String local = listener.address().isAnyLocalAddress() ? "" : hex(listener.address());
        String end = String.format("%s:%04X ", local, listener.port());
        // Most lines are other sockets', and splitting is what takes the time.
        return lines(file)
                .filter(line -> line.contains(end))
                .map(line -> line.strip().split(" +", 11))
                .filter(fields -> fields.length > 9 && (fields[1] + " ").endsWith(end));
    }

    /** As %08X of each 32 bits in the machine's order of bytes; see get_tcp4_sock in net/ipv4/tcp_ipv4.c. */
    private static String hex(InetAddress address) {
        ByteBuffer words = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder hex = new StringBuilder();
        while (words.hasRemaining()) {
            hex.append(String.format("%08X", words.getInt()));
        }
        return hex.toString();
    }

    /** Handshakes under way on these ports. */
    public static int handshakes(IntPredicate localPort) {
        return (int) rows(localPort).stream()
                .filter(row -> row.state() == TcpRow.SYN_RECEIVED)
                .count();
    }
}
