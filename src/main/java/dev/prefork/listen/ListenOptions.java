package dev.prefork.listen;

/**
 * How to listen. Immutable.
 *
 * @param backlog how many connections may wait to be accepted; the kernel caps it at {@code net.core.somaxconn}
 * @param reusePort one SO_REUSEPORT socket per worker slot instead of one shared socket; see socket(7)
 * @param slots the number of worker slots, which matters with {@code reusePort} only
 */
public record ListenOptions(int backlog, boolean reusePort, int slots) {
    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("bad backlog " + backlog + ": use 1 or more");
        }
        if (slots < 1) {
            throw new IllegalArgumentException("bad number of slots " + slots + ": use 1 or more");
        }
    }
}
