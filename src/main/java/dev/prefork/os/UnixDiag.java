package dev.prefork.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
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
    private static final int UDIAG_SHOW_ICONS = 0x08;
    private static final int UDIAG_SHOW_RQLEN = 0x10;
    private static final int UNIX_DIAG_ICONS = 3;
    private static final int UNIX_DIAG_RQLEN = 4;

    /** sizeof(struct sockaddr_nl); but for the family it is zero, which is the kernel's own address. */
    private static final int ADDRESS_SIZE = 12;

    private static final int HEADER_SIZE = 16;
    private static final int REQUEST_SIZE = HEADER_SIZE + 24;

    /** sizeof(struct unix_diag_msg) is 16; udiag_state follows the family and the type, a byte each. */
    private static final int ATTRIBUTES = HEADER_SIZE + 16;

    private static final int STATE = HEADER_SIZE + 2;
    private static final int ATTRIBUTE_HEADER_SIZE = 4;

    /**
     * A queue's length takes 52 bytes, a refusal 60. The list of who waits grows with the queue, but the kernel gives up
     * on an answer of more than a page (unix_diag_get_exact in net/unix/diag.c).
     */
    private static final int ANSWER_SIZE = 8192;

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
        byte[] answer = new byte[ANSWER_SIZE];
        return decode(answer, ask(fd, UDIAG_SHOW_RQLEN, answer), fd);
    }

    /** The inodes of the sockets that have connected to {@code fd} and wait, the first in the queue first. */
    List<Integer> waiting(int fd) {
        byte[] answer = new byte[ANSWER_SIZE];
        return decodeWaiting(answer, ask(fd, UDIAG_SHOW_ICONS, answer), fd);
    }

    /** The same descriptor, if a unix socket is what has the address {@code bound}. */
    static int unix(int fd, Endpoint bound) {
        if (bound instanceof Endpoint.Unix) {
            return fd;
        }
        throw new ErrnoException("sock_diag", Errno.EINVAL, fd, "not a unix socket");
    }

    /** The length of the answer. */
    private int ask(int fd, int show, byte[] answer) {
        byte[] request = request(inode(fd), show);
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
            return guard.call(
                    "recv",
                    () -> libc.recv(netlink, answer, answer.length, Libc.MSG_DONTWAIT),
                    netlink,
                    "MSG_DONTWAIT");
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
    static byte[] request(int inode, int show) {
        return inNativeOrder(new byte[REQUEST_SIZE])
                .putInt(REQUEST_SIZE)
                .putShort(SOCK_DIAG_BY_FAMILY)
                .putShort(NLM_F_REQUEST)
                .putLong(0) // sequence number and port: there is one request and one who may answer it
                .put((byte) SockAddrs.AF_UNIX)
                .put(new byte[3]) // the protocol, which is 0, and padding
                .putInt(ALL_STATES)
                .putInt(inode)
                .putInt(show)
                .putLong(-1) // udiag_cookie: whichever socket has the inode
                .array();
    }

    /** What the kernel said of {@code fd}: struct unix_diag_msg with attributes, or struct nlmsgerr. */
    static AcceptQueue decode(byte[] answer, int length, int fd) {
        ByteBuffer queue = attribute(answer, length, fd, UNIX_DIAG_RQLEN, "UNIX_DIAG_RQLEN");
        if (queue.remaining() < 2 * Integer.BYTES) {
            throw new ErrnoException("sock_diag", Errno.EBADMSG, fd, "no UNIX_DIAG_RQLEN");
        }
        return new AcceptQueue(queue.getInt(), queue.getInt());
    }

    static List<Integer> decodeWaiting(byte[] answer, int length, int fd) {
        ByteBuffer inodes = attribute(answer, length, fd, UNIX_DIAG_ICONS, "UNIX_DIAG_ICONS");
        List<Integer> waiting = new ArrayList<>();
        while (inodes.remaining() >= Integer.BYTES) {
            waiting.add(inodes.getInt());
        }
        return waiting;
    }

    private static ByteBuffer attribute(byte[] answer, int length, int fd, int wanted, String name) {
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
        int at = ATTRIBUTES;
        while (at + ATTRIBUTE_HEADER_SIZE <= length) {
            int size = Math.max(Short.toUnsignedInt(in.getShort(at)), ATTRIBUTE_HEADER_SIZE);
            if (in.getShort(at + 2) == wanted) {
                return in.limit(Math.min(at + size, length)).position(at + ATTRIBUTE_HEADER_SIZE);
            }
            // Attributes begin at multiples of four; one cannot be shorter than its header.
            at += size + 3 & ~3;
        }
        throw new ErrnoException("sock_diag", Errno.EBADMSG, fd, "no " + name);
    }

    private static ByteBuffer inNativeOrder(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
