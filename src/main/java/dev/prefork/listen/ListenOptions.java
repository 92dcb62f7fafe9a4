package dev.prefork.listen;

import java.util.Optional;
import java.util.Set;

/**
 * How to listen. Immutable.
 *
 * @param backlog how many connections may wait to be accepted; the kernel caps it at {@code net.core.somaxconn}
 * @param reusePort one SO_REUSEPORT socket per worker slot instead of one shared socket; see socket(7)
 * @param slots the number of worker slots, which matters with {@code reusePort} only
 * @param blocking the names of listeners on which accept blocks
 * @param fileMode the permissions of unix listeners' files; empty for what the umask leaves
 */
public record ListenOptions(
        int backlog, boolean reusePort, int slots, Set<String> blocking, Optional<FileMode> fileMode) {
    /** None blocks, and files have what the umask leaves. */
    public ListenOptions(int backlog, boolean reusePort, int slots) {
        this(backlog, reusePort, slots, Set.of(), Optional.empty());
    }

    public ListenOptions {
        blocking = Set.copyOf(blocking);
        if (backlog < 1) {
            throw new IllegalArgumentException("bad backlog " + backlog + ": use 1 or more");
        }
        if (slots < 1) {
            throw new IllegalArgumentException("bad number of slots " + slots + ": use 1 or more");
        }
    }
}
