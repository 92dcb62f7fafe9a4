package dev.prefork.procfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets that listen in the network namespace of a process, by its own /proc/PID/net; see proc_pid_net(5). Stateless;
 * any thread.
 */
final class ListeningSockets {
    /** TCP_LISTEN of the kernel's tcp_states.h. */
    private static final int LISTEN = 10;

    /** __SO_ACCEPTCON of linux/net.h, in the flags of a unix socket. */
    private static final long ACCEPTS = 0x10000;

    private static final int FLAGS = 3;
    private static final int INODE = 6;

    private ListeningSockets() {}

    /** Their inodes; without the files that cannot be read. */
    static Set<Long> of(Path process) {
        Path net = process.resolve("net");
        Set<Long> inodes = new HashSet<>();
        TcpTable.rows(List.of(net.resolve("tcp"), net.resolve("tcp6")), port -> true).stream()
                .filter(row -> row.state() == LISTEN)
                .forEach(row -> inodes.add(row.inode()));
        try {
            // The names of abstract sockets may be any bytes.
            Files.readString(net.resolve("unix"), StandardCharsets.ISO_8859_1)
                    .lines()
                    .skip(1)
                    .forEach(line -> addUnix(line, inodes));
        } catch (IOException unreadable) {
            return inodes;
        }
        return inodes;
    }

    /** {@code Num: RefCount Protocol Flags Type St Inode Path}; a name with a line feed in it makes lines that are none. */
    private static void addUnix(String line, Set<Long> inodes) {
        String[] fields = line.strip().split(" +", INODE + 2);
        if (fields.length > INODE && fields[FLAGS].matches("[0-9A-F]{8}") && fields[INODE].matches("\\d{1,18}")) {
            if ((Long.parseLong(fields[FLAGS], 16) & ACCEPTS) != 0) {
                inodes.add(Long.parseLong(fields[INODE]));
            }
        }
    }
}
