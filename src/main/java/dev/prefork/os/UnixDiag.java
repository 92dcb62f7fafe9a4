package dev.prefork.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.constants.platform.Errno;

/**
 * Asks the kernel for the accept queue of a unix socket: no socket option tells it, but NETLINK_SOCK_DIAG does; see
 * sock_diag(7), "UNIX domain sockets", and netlink(7). Stateless; any thread may call.
 *
 * <p>The kernel answers while it carries out the sending, in the caller's own context, so that the answer is there when
 * sendto(2) returns: it is fetched without waiting.
 */
final class UnixDiag {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_SOCK_DIAG = 4;

    private static final short NLM_F_REQUEST = 1;
    private static final short NLMSG_ERROR = 2;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final int ALL_STATES = -1;
    private static final int UDIAG_SHOW_RQLEN = 0x10;
    private static final int UNIX_DIAG_RQLEN = 4;

    /** sizeof(struct sockaddr_nl); but for the family it is zero, which is the kernel's own address. */
    private static final int ADDRESS_SIZE = 12;

    private static final int HEADER_SIZE = 16;
    private static final int REQUEST_SIZE = HEADER_SIZE + 24;

    /** sizeof(struct unix_diag_msg) is 16; udiag_state follows the family and the type, a byte each. */
    private static final int ATTRIBUTES = HEADER_SIZE + 16;

    private static final int STATE = HEADER_SIZE + 2;
    private static final int ATTRIBUTE_HEADER_SIZE = 4;

    /** What is asked for takes 52 bytes, a refusal 60. */
    private static final int ANSWER_SIZE = 512;

    /** sizeof(struct stat) on x86-64; on aarch64 it is less. st_ino follows the eight bytes of st_dev on both. */
    private static final int STAT_SIZE = 144;

    private static final int ST_INO = 8;

    private final Libc libc;
    private final ErrnoGuard guard;

    UnixDiag(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
    }

    /** The queue of {@code fd}, which must be a unix socket: an inode's number alone may be a file's as well. */
    AcceptQueue acceptQueue(int fd) {
        byte[] request = request(inode(fd));
        byte[] answer = new byte[ANSWER_SIZE];
        int type = SOCK_RAW | Libc.SOCK_CLOEXEC;
        int netlink = guard.call(
                "socket", () -> libc.socket(AF_NETLINK, type, NETLINK_SOCK_DIAG), "AF_NETLINK", "NETLINK_SOCK_DIAG");
        try {
            byte[] kernel = kernel();
            guard.call(
                    "sendto",
                    () -> libc.sendto(netlink, request, request.length, Libc.MSG_DONTWAIT, kernel, kernel.length),
                    netlink,
                    "NETLINK_SOCK_DIAG");
            int length = guard.call(
                    "recv",
                    () -> libc.recv(netlink, answer, answer.length, Libc.MSG_DONTWAIT),
                    netlink,
                    "MSG_DONTWAIT");
            return decode(answer, length, fd);
        } finally {
            guard.callOnce("close", () -> libc.close(netlink), netlink);
        }
    }

    private int inode(int fd) {
        byte[] status = new byte[STAT_SIZE];
        guard.call("fstat", () -> libc.fstat(fd, status), fd);
        // udiag_ino has 32 bits, as have the numbers that the kernel gives to sockets (get_next_ino in fs/inode.c).
        return (int) inNativeOrder(status).getLong(ST_INO);
    }

    private static byte[] kernel() {
        return inNativeOrder(new byte[ADDRESS_SIZE])
                .putShort((short) AF_NETLINK)
                .array();
    }

    /** struct nlmsghdr and struct unix_diag_req. */
    static byte[] request(int inode) {
        return inNativeOrder(new byte[REQUEST_SIZE])
                .putInt(REQUEST_SIZE)
                .putShort(SOCK_DIAG_BY_FAMILY)
                .putShort(NLM_F_REQUEST)
                .putLong(0) // sequence number and port: there is one request and one who may answer it
                .put((byte) SockAddrs.AF_UNIX)
                .put(new byte[3]) // the protocol, which is 0, and padding
                .putInt(ALL_STATES)
                .putInt(inode)
                .putInt(UDIAG_SHOW_RQLEN)
                .putLong(-1) // udiag_cookie: whichever socket has the inode
                .array();
    }

    /** What the kernel said of {@code fd}: struct unix_diag_msg with attributes, or struct nlmsgerr. */
    static AcceptQueue decode(byte[] answer, int length, int fd) {
        ByteBuffer in = inNativeOrder(answer);
        short type = length < ATTRIBUTES ? 0 : in.getShort(4);
        if (type == NLMSG_ERROR && in.getInt(HEADER_SIZE) < 0) {
            throw new ErrnoException("sock_diag", Errno.valueOf(-in.getInt(HEADER_SIZE)), fd);
        }
        if (type != SOCK_DIAG_BY_FAMILY) {
            throw new ErrnoException("sock_diag", Errno.EBADMSG, fd, length + " bytes", "type " + type);
        }
        if (in.get(STATE) != Libc.TCP_LISTEN) {
            // The same fields count bytes on a connection.
            throw new ErrnoException("sock_diag", Errno.EINVAL, fd, "a socket that is not listening");
        }
        return queue(in.limit(length), fd);
    }

    private static AcceptQueue queue(ByteBuffer in, int fd) {
        int at = ATTRIBUTES;
        while (at + ATTRIBUTE_HEADER_SIZE + 2 * Integer.BYTES <= in.limit()) {
            int size = Short.toUnsignedInt(in.getShort(at));
            if (in.getShort(at + 2) == UNIX_DIAG_RQLEN) {
                return new AcceptQueue(
                        in.getInt(at + ATTRIBUTE_HEADER_SIZE), in.getInt(at + ATTRIBUTE_HEADER_SIZE + Integer.BYTES));
            }
            // Attributes begin at multiples of four; one cannot be shorter than its header.
            at += Math.max(size + 3 & ~3, ATTRIBUTE_HEADER_SIZE);
        }
        throw new ErrnoException("sock_diag", Errno.EBADMSG, fd, "no UNIX_DIAG_RQLEN");
    }

    private static ByteBuffer inNativeOrder(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
