package dev.prefork.procfs;

import dev.prefork.container.TextFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * How often a TCP connection found an accept queue full: ListenOverflows of TcpExt in /proc/net/netstat, which
 * proc_pid_net(5) names and the kernel's networking/snmp_counter explains. Immutable; any thread.
 *
 * <p>The kernel counts for the network namespace, that is for all listeners of a pod, sidecars' too; it has no such count
 * for unix sockets. A client that finds the queue full tries again and is counted again.
 */
public final class Overflows {
    private static final String GROUP = "TcpExt:";
    private static final String COUNT = "ListenOverflows";

    private final Path file;

    private Overflows(Path file) {
        this.file = file;
    }

    /** Those of our own network namespace under {@code root}, which is {@code /} but in tests. */
    public static Overflows of(Path root) {
        return new Overflows(root.resolve(Path.of("proc", "net", "netstat")));
    }

    /** Since the namespace was made; absent if it cannot be read, or has no such count. */
    public OptionalLong read() {
        List<List<String>> rows = TextFile.lines(file).stream()
                .map(line -> Arrays.asList(line.strip().split(" +")))
                .filter(row -> row.get(0).equals(GROUP))
                .toList();
        // A line of names and below it, of the same group, one of numbers. Some sandboxes have the first only.
        int column = rows.size() < 2 ? -1 : rows.get(0).indexOf(COUNT);
        return column < 0 || column >= rows.get(1).size()
                ? OptionalLong.empty()
                : number(rows.get(1).get(column));
    }

    private static OptionalLong number(String text) {
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
