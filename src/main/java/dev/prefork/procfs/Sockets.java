package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Inodes of sockets: the same in every process that holds the socket, unlike its descriptor. Stateless. */
public final class Sockets {
    private static final Pattern LINK = Pattern.compile("socket:\\[(\\d{1,18})]");

    private Sockets() {}

    /** That of a descriptor of this process; empty for anything else than a socket, or without a /proc. */
    public static OptionalLong inodeOf(int descriptor) {
        return ProcFiles.target(Path.of("/proc/self/fd", Integer.toString(descriptor))).stream()
                .flatMapToLong(link -> inode(link).stream())
                .findFirst();
    }

    /** @param link what /proc/PID/fd/N points to; see proc_pid_fd(5) */
    static OptionalLong inode(String link) {
        Matcher socket = LINK.matcher(link);
        return socket.matches() ? OptionalLong.of(Long.parseLong(socket.group(1))) : OptionalLong.empty();
    }
}
