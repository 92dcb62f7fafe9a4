package dev.prefork.control;

import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import jnr.constants.platform.Errno;

/**
 * Asks a master one thing. For one thread.
 *
 * <p>A master says something every five seconds at least, even while a reload takes its time; one that does not is not waited for longer
 * than the patience this was made with.
 */
public final class ControlClient implements AutoCloseable {
    private static final int AT_ONCE = 1 << 16;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Posix posix;
    private final ControlAddress address;
    private final Duration patience;
    private final int fd;
    private final Frame answers = new Frame(Limits.LONGEST_ANSWER);
    private final byte[] buffer = new byte[AT_ONCE];

    private ControlClient(Posix posix, ControlAddress address, Duration patience, int fd) {
        this.posix = posix;
        this.address = address;
        this.patience = patience;
        this.fd = fd;
    }

    /**
     * Connects to a master and asks it.
     *
     * @param patience for the connection, and then for each answer
     */
    public static ControlClient ask(Posix posix, ControlAddress address, Duration patience, Request request)
            throws NoAnswerException {
        int fd = posix.streamSocket(address.endpoint());
        ControlClient client = new ControlClient(posix, address, patience, fd);
        try {
            client.connect();
            client.requireMaster();
            client.send(Frame.of(request.text()));
            return client;
        } catch (ErrnoException e) {
            client.close();
            throw new NoAnswerException(client.master() + " cannot be asked: " + e.reason());
        } catch (NoAnswerException e) {
            client.close();
            throw e;
        }
    }

    private void connect() throws NoAnswerException {
        Endpoint endpoint = address.endpoint();
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                posix.connect(fd, endpoint);
                return;
            } catch (ErrnoException e) {
                if (e.errno() == Errno.ECONNREFUSED) {
                    throw new NoAnswerException(master() + " has no control socket: is it a master, in this network"
                            + " namespace, and its --control not off?");
                }
                // A connect(2) to a full backlog does not wait on such a socket, and poll(2) does not tell when it
                // would succeed.
                if (e.errno() != Errno.EAGAIN || System.nanoTime() - end >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Any process may bind any abstract name. */
    private void requireMaster() throws NoAnswerException {
        long answering = posix.peer(fd).pid();
        if (answering != address.pid()) {
            throw new NoAnswerException("pid " + answering + " has taken the name of the control socket of " + master()
                    + ": not asking it");
        }
    }

    private void send(byte[] frame) {
        try {
            posix.send(fd, frame);
        } catch (ErrnoException e) {
            // It has closed the connection, and why can be read.
            if (e.errno() != Errno.EPIPE) {
                throw e;
            }
        }
    }

    /** The next thing that the master says. */
    public Answer.Received next() throws NoAnswerException {
        return next(patience);
    }

    /** @param most how long to wait for it, if that is less than the patience */
    public Answer.Received next(Duration most) throws NoAnswerException {
        long end = System.nanoTime() + Math.min(most.toNanos(), patience.toNanos());
        try {
            while (true) {
                Optional<String> text = answers.next();
                if (text.isPresent()) {
                    return Answer.parse(text.get());
                }
                read(end);
            }
        } catch (BadMessageException e) {
            throw new NoAnswerException(master() + " answers in a way that is not understood: " + e.getMessage()
                    + "; is it of this version?");
        } catch (ErrnoException e) {
            throw new NoAnswerException("the connection to " + master() + " is lost: " + e.reason());
        }
    }

    private void read(long end) throws NoAnswerException {
        long left = Math.max(0, end - System.nanoTime());
        if (posix.awaitReadable(OptionalLong.of(left), List.of(fd)).isEmpty()) {
            throw new NoAnswerException("no answer from " + master() + " within " + patience.toSeconds()
                    + " s: is it stopped, or short of CPU?");
        }
        int count = posix.read(fd, buffer);
        if (count == 0) {
            throw new NoAnswerException(master() + " has closed the connection before it had answered");
        }
        answers.add(buffer, count);
    }

    private String master() {
        return "pid " + address.pid();
    }

    @Override
    public void close() {
        posix.close(fd);
    }
}
