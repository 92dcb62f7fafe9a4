package dev.prefork.os;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import jnr.constants.platform.Errno;

/** What can be read, or written; see poll(2). Stateless. */
final class Readable {
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final int POLLNVAL = 0x20;
    private static final int FOR_EVER = -1;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

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
        List<Integer> asked = IntStream.of(fds).boxed().toList();
        return asked.indexOf(await(libc, guard, OptionalLong.empty(), asked).get(0));
    }

    /** Those from which a read would not block, also for POLLHUP, POLLERR and POLLNVAL, which need not be asked for. */
    static List<Integer> await(Libc libc, ErrnoGuard guard, OptionalLong nanos, List<Integer> fds) {
        return poll(libc, guard, nanos, new Polled(fds, List.of())).readable();
    }

    /** Those of the asked from which a read, or to which a write, would not block. */
    static Polled poll(Libc libc, ErrnoGuard guard, OptionalLong nanos, Polled asked) {
        int reading = asked.readable().size();
        int all = reading + asked.writable().size();
        int[] descriptors = new int[2 * all];
        for (int i = 0; i < all; i++) {
            boolean read = i < reading;
            descriptors[2 * i] =
                    read ? asked.readable().get(i) : asked.writable().get(i - reading);
            descriptors[2 * i + 1] = read ? POLLIN : POLLOUT;
        }
        int limit = nanos.isEmpty() ? FOR_EVER : milliseconds(nanos.getAsLong());
        guard.call("poll", () -> libc.poll(descriptors, all, limit), all, "POLLIN, POLLOUT");
        return new Polled(answered(descriptors, 0, reading), answered(descriptors, reading, all));
    }

    private static List<Integer> answered(int[] descriptors, int from, int to) {
        return IntStream.range(from, to)
                .filter(i -> descriptors[2 * i + 1] >>> Short.SIZE != 0)
                .mapToObj(i -> descriptors[2 * i])
                .toList();
    }

    /** Rounded up, or the caller would turn in circles until the last fraction has passed. */
    private static int milliseconds(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLISECOND - 1) / NANOS_PER_MILLISECOND);
    }
}
