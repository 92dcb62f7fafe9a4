package dev.prefork.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import jnr.constants.platform.Errno;

/** Connections of AF_UNIX stream sockets: taking one, and asking who is at its other end. Stateless. */
final class UnixStreams {
    private static final int SO_PEERCRED = 17;

    /** sizeof(struct ucred): pid, uid and gid. */
    private static final int UCRED_SIZE = 3 * Integer.BYTES;

    private UnixStreams() {}

    /** The next connection, if one waits. */
    static OptionalInt accept(Libc libc, ErrnoGuard guard, int listener) {
        int flags = Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        try {
            return OptionalInt.of(guard.call("accept4", () -> libc.accept4(listener, flags), listener));
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }

    static Peer peer(Libc libc, ErrnoGuard guard, int fd) {
        byte[] value = new byte[UCRED_SIZE];
        guard.call(
                "getsockopt",
                () -> libc.getsockopt(fd, Libc.SOL_SOCKET, SO_PEERCRED, value, new int[] {UCRED_SIZE}),
                fd,
                "SO_PEERCRED");
        ByteBuffer ids = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return new Peer(ids.getInt(), ids.getInt(), ids.getInt());
    }
}
