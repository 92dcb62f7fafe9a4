package dev.prefork.procfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * An abstract name that some process has bound a unix socket to; see unix(7). Immutable; any thread. A look reads the table of the
 * unix sockets in this network namespace, and links of the processes asked about.
 *
 * @param proc where the kernel tells of processes
 * @param name without what marks it as abstract
 */
public record AbstractSocket(Path proc, String name) {
    private static final int INODE = 6;

    /** The first of these processes that has it open; empty if none has, or it may not be seen. */
    public OptionalInt holder(Collection<Integer> pids) {
        OptionalLong inode = inode();
        return inode.isEmpty()
                ? OptionalInt.empty()
                : pids.stream()
                        .mapToInt(pid -> pid)
                        .filter(pid -> holds(pid, inode.getAsLong()))
                        .findFirst();
    }

    /** {@code Num: RefCount Protocol Flags Type St Inode Path}, where each NUL of the path is shown as an {@code @}; see proc_pid_net(5). */
    private OptionalLong inode() {
        try (Stream<String> lines = Files.lines(proc.resolve("net/unix"), StandardCharsets.ISO_8859_1)) {
            String wanted = "@" + name;
            return lines.map(line -> line.strip().split(" +", INODE + 2))
                    .filter(fields -> fields.length > INODE + 1 && fields[INODE].matches("\\d{1,18}"))
                    .filter(fields -> fields[INODE + 1].equals(wanted))
                    .mapToLong(fields -> Long.parseLong(fields[INODE]))
                    .findFirst();
        } catch (IOException | UncheckedIOException unreadable) {
            return OptionalLong.empty();
        }
    }

    private boolean holds(int pid, long inode) {
        try (Stream<Path> descriptors =
                Files.list(proc.resolve(Integer.toString(pid)).resolve("fd"))) {
            return descriptors
                    .flatMap(descriptor -> ProcFiles.target(descriptor).stream())
                    .flatMapToLong(link -> Sockets.inode(link).stream())
                    .anyMatch(found -> found == inode);
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }
}
