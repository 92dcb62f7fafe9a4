package dev.prefork.os;

import java.lang.ref.Reference;
import java.util.Optional;

/**
 * recvmsg(2) with the sender's credentials. The layouts are those of 64-bit Linux: struct msghdr (56 bytes), struct iovec
 * (16), and a control buffer for one struct cmsghdr (16) with a struct ucred (12, padded to 16) behind it.
 *
 * <p>Any thread may call; each has a buffer of its own.
 */
final class DatagramReader {
    /** A longer datagram is cut. sd_notify(3) messages are a few dozen bytes; systemd itself takes 4096. */
    static final int LONGEST = 8192;

    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SCM_CREDENTIALS = 2;

    private static final int HEADER_IOV = 16;
    private static final int HEADER_IOV_COUNT = 24;
    private static final int HEADER_CONTROL = 32;
    private static final int HEADER_CONTROL_LENGTH = 40;
    private static final int IOV = 56;
    private static final int CONTROL = IOV + 16;

    /**
     * Room for the credentials and not a byte more: the kernel writes them first, and drops descriptors that a sender has
     * attached (SCM_RIGHTS) because there is no room, instead of opening them in this process.
     */
    private static final int CONTROL_LENGTH = 32;

    private static final int CONTROL_LEVEL = CONTROL + 8;
    private static final int CONTROL_TYPE = CONTROL + 12;
    private static final int CREDENTIALS = CONTROL + 16;
    private static final int PAYLOAD = CONTROL + CONTROL_LENGTH;

    private final Libc libc;
    private final ErrnoGuard guard;

    /**
     * Kept, since the collector sees a few bytes of heap where there are kilobytes behind them: a buffer for each datagram
     * would grow the process by hundreds of megabytes before anything is collected.
     */
    private final ThreadLocal<NativeMemory> buffer;

    DatagramReader(Libc libc, ErrnoGuard guard) {
        this.libc = libc;
        this.guard = guard;
        this.buffer = ThreadLocal.withInitial(() -> NativeMemory.allocate(PAYLOAD + LONGEST));
    }

    Optional<Datagram> receive(int fd) {
        NativeMemory message = buffer.get();
        try {
            prepare(message);
            int length = guard.call("recvmsg", () -> libc.recvmsg(fd, message, MSG_CMSG_CLOEXEC), fd);
            boolean hasCredentials = message.getLong(HEADER_CONTROL_LENGTH) >= CREDENTIALS - CONTROL
                    && message.getInt(CONTROL_LEVEL) == Libc.SOL_SOCKET
                    && message.getInt(CONTROL_TYPE) == SCM_CREDENTIALS;
            // A sender's empty datagram comes with its credentials; the end after shutdown(2) comes with nothing.
            if (length == 0 && !hasCredentials) {
                return Optional.empty();
            }
            byte[] payload = new byte[length];
            message.get(PAYLOAD, payload);
            return Optional.of(new Datagram(
                    payload,
                    message.getInt(CREDENTIALS),
                    message.getInt(CREDENTIALS + 4),
                    message.getInt(CREDENTIALS + 8)));
        } finally {
            Reference.reachabilityFence(message);
        }
    }

    private static void prepare(NativeMemory message) {
        // What the last datagram left, its sender's credentials above all.
        message.fill(PAYLOAD, (byte) 0);
        message.putLong(HEADER_IOV, message.address() + IOV);
        message.putLong(HEADER_IOV_COUNT, 1);
        message.putLong(HEADER_CONTROL, message.address() + CONTROL);
        message.putLong(HEADER_CONTROL_LENGTH, CONTROL_LENGTH);
        message.putLong(IOV, message.address() + PAYLOAD);
        message.putLong(IOV + 8, LONGEST);
    }
}
