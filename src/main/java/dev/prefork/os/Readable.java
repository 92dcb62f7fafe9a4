package dev.prefork.os;

import jnr.constants.platform.Errno;

/** What can be read; see poll(2). Stateless. */
final class Readable {
    private static final int POLLIN = 1;
    private static final int POLLNVAL = 0x20;
    private static final int FOR_EVER = -1;

    private Readable() {}

    /** Whether a read from the descriptor would not block. */
    static boolean now(Libc libc, ErrnoGuard guard, int fd) {
        // struct pollfd: the descriptor, then in one int the short for what is asked and the short for what is
        // answered.
        int[] asked = {fd, POLLIN};
        guard.call("poll", () -> libc.poll(asked, 1, 0), fd, "POLLIN");
        int answered = asked[1] >>> Short.SIZE;
        if ((answered & POLLNVAL) != 0) {
            throw new ErrnoException("poll", Errno.EBADF, fd, "POLLIN");
        }
        return (answered & POLLIN) != 0;
    }

    /** The place of the first descriptor from which a read would not block. */
    static int await(Libc libc, ErrnoGuard guard, int... fds) {
        int[] asked = new int[2 * fds.length];
        for (int i = 0; i < fds.length; i++) {
            asked[2 * i] = fds[i];
            asked[2 * i + 1] = POLLIN;
        }
        guard.call("poll", () -> libc.poll(asked, fds.length, FOR_EVER), fds.length, "POLLIN");
        int first = 0;
        // Also POLLHUP, POLLERR and POLLNVAL, which need not be asked for.
        while (asked[2 * first + 1] >>> Short.SIZE == 0) {
            first++;
        }
        return first;
    }
}
