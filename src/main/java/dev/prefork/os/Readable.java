package dev.prefork.os;

/** Waiting for several descriptors at once; see poll(2). Stateless. */
final class Readable {
    private static final int POLLIN = 1;
    private static final int FOR_EVER = -1;

    private Readable() {}

    /** The place of the first descriptor from which a read would not block. */
    static int await(Libc libc, ErrnoGuard guard, int... fds) {
        // struct pollfd: the descriptor, then in one int the short for what is asked and the short for what is
        // answered.
        int[] asked = new int[2 * fds.length];
        for (int i = 0; i < fds.length; i++) {
            asked[2 * i] = fds[i];
            asked[2 * i + 1] = POLLIN;
        }
        guard.call("poll", () -> libc.poll(asked, fds.length, FOR_EVER), fds.length, "POLLIN");
        int first = 0;
        // Also POLLHUP, POLLERR and POLLNVAL, which nobody has to ask for.
        while (asked[2 * first + 1] >>> Short.SIZE == 0) {
            first++;
        }
        return first;
    }
}
