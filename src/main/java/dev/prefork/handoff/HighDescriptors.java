package dev.prefork.handoff;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import jnr.constants.platform.Errno;

/**
 * Moves descriptors out of the way of the numbers that workers know them by (3, 4, 5 …), so that in the child no target is
 * the source of another one.
 */
public final class HighDescriptors {
    /** Above every target of the 64 listeners that there may be. */
    static final int FLOOR = 256;

    /** Under a small RLIMIT_NOFILE. */
    public static final int LOWEST_FLOOR = 8;

    private HighDescriptors() {}

    /**
     * Moves {@code fd} to a close-on-exec descriptor at or above {@link #FLOOR}, or as high as a small RLIMIT_NOFILE
     * allows. {@code fd} itself is closed in any case.
     */
    public static int lift(Posix posix, int fd) {
        try {
            return duplicate(posix, fd);
        } finally {
            posix.close(fd);
        }
    }

    private static int duplicate(Posix posix, int fd) {
        for (int floor = FLOOR; floor > LOWEST_FLOOR; floor /= 2) {
            try {
                return posix.duplicateAbove(fd, floor);
            } catch (ErrnoException e) {
                // fcntl(2): EINVAL when the floor is beyond the limit, EMFILE when nothing between the two is free.
                if (e.errno() != Errno.EINVAL && e.errno() != Errno.EMFILE) {
                    throw e;
                }
            }
        }
        return posix.duplicateAbove(fd, LOWEST_FLOOR);
    }
}
