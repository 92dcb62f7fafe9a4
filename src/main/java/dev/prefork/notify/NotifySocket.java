package dev.prefork.notify;

import dev.prefork.os.Datagram;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.SocketOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import jnr.constants.platform.Errno;

/**
 * The master's end of one worker's sd_notify(3): a datagram socket whose name that worker finds in NOTIFY_SOCKET. The name is
 * abstract (unix(7)), so that it needs no writable directory and leaves no file.
 *
 * <p>Threading: made and given away by the master's thread, read and closed as {@link NotifySockets} says.
 */
public final class NotifySocket {
    private static final int RANDOM_BYTES = 8;

    /** What a worker may send without being merged; heartbeats and the start of a busy one are far below. */
    private static final int AT_ONCE = 64;

    private static final int PER_SECOND = 50;

    private final Posix posix;
    private final int slot;
    private final int fd;
    private final Endpoint.Unix endpoint;
    private final Allowance allowance = new Allowance(AT_ONCE, PER_SECOND, System.nanoTime());
    private long pausedUntil = System.nanoTime();
    private volatile int worker;
    private volatile boolean done;

    private NotifySocket(Posix posix, int slot, int fd, Endpoint.Unix endpoint) {
        this.posix = posix;
        this.slot = slot;
        this.fd = fd;
        this.endpoint = endpoint;
    }

    static NotifySocket open(Posix posix, int slot) {
        // The random part keeps others on the same network namespace from taking the name first.
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Endpoint.Unix endpoint = new Endpoint.Unix(
                "@prefork/" + posix.getpid() + "/" + HexFormat.of().formatHex(random));
        int fd = posix.datagramSocket();
        try {
            posix.setNonBlocking(fd, true);
            // Before the bind: a datagram that arrives earlier would carry no credentials.
            posix.setOption(fd, SocketOption.PASS_CREDENTIALS, 1);
            posix.bind(fd, endpoint);
        } catch (RuntimeException e) {
            posix.close(fd);
            throw e;
        }
        return new NotifySocket(posix, slot, fd, endpoint);
    }

    /** The value of NOTIFY_SOCKET. */
    public String address() {
        return endpoint.path();
    }

    public int slot() {
        return slot;
    }

    /** The pid of the worker that it was opened for; 0 until that is started. */
    public int worker() {
        return worker;
    }

    public void startedAs(int pid) {
        worker = pid;
    }

    /** From now on nothing is read from it. */
    void retire() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    /** Closes it if nothing is read from it any more. */
    boolean closeIfDone() {
        if (done) {
            close();
        }
        return done;
    }

    int fd() {
        return fd;
    }

    void close() {
        posix.close(fd);
    }

    /** The next message, if there is one. */
    Optional<Datagram> next() {
        try {
            return posix.receiveDatagram(fd);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
            return Optional.empty();
        }
    }

    boolean mayBeHeardAlone(long now) {
        return allowance.take(now);
    }

    void pause(long until) {
        pausedUntil = until;
    }

    /** For how long it is not to be read; 0 if it is. */
    long pauseLeft(long now) {
        return Math.max(0, pausedUntil - now);
    }
}
