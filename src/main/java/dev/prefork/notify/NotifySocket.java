package dev.prefork.notify;

import dev.prefork.os.Datagram;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The master's end of sd_notify(3): a datagram socket whose name workers find in NOTIFY_SOCKET. The name is abstract
 * (unix(7)), so that it needs no writable directory and leaves no file.
 *
 * <p>Threading: one thread receives, any thread may close.
 */
public final class NotifySocket implements AutoCloseable {
    private static final int RANDOM_BYTES = 8;

    private final Posix posix;
    private final int fd;
    private final Endpoint.Unix endpoint;

    /** Held while a thread is inside recvmsg(2), so that the number is not closed, and reused, under it. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile boolean closed;

    private NotifySocket(Posix posix, int fd, Endpoint.Unix endpoint) {
        this.posix = posix;
        this.fd = fd;
        this.endpoint = endpoint;
    }

    /** A message and the sender as the kernel knows it, not as the message claims. */
    public record Received(int pid, int uid, Notification notification) {}

    public static NotifySocket open(Posix posix) {
        // The random part keeps others on the same network namespace from taking the name first.
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Endpoint.Unix endpoint = new Endpoint.Unix(
                "@prefork/" + posix.getpid() + "/" + HexFormat.of().formatHex(random));
        int fd = posix.datagramSocket();
        try {
            // Before the bind: a datagram that arrives earlier would carry no credentials.
            posix.setOption(fd, SocketOption.PASS_CREDENTIALS, 1);
            posix.bind(fd, endpoint);
        } catch (RuntimeException e) {
            posix.close(fd);
            throw e;
        }
        return new NotifySocket(posix, fd, endpoint);
    }

    /** The value of NOTIFY_SOCKET. */
    public String address() {
        return endpoint.path();
    }

    /** Waits for the next message; empty once the socket is closed. */
    public Optional<Received> receive() {
        reading.lock();
        try {
            return closed ? Optional.empty() : posix.receiveDatagram(fd).map(NotifySocket::received);
        } finally {
            reading.unlock();
        }
    }

    private static Received received(Datagram datagram) {
        return new Received(datagram.pid(), datagram.uid(), Notification.parse(datagram.payload()));
    }

    /** Wakes the receiving thread and releases the socket. May be called twice, and from any thread. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        // close(2) does not wake a thread that is blocked on the descriptor; shutdown(2) does.
        posix.shutdownRead(fd);
        reading.lock();
        try {
            posix.close(fd);
        } finally {
            reading.unlock();
        }
    }
}
