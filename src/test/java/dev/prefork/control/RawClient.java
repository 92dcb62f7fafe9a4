package dev.prefork.control;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jnr.constants.platform.Errno;

/** A connection that sends what it likes. For one thread. */
final class RawClient implements AutoCloseable {
    private static final OptionalLong PATIENCE =
            OptionalLong.of(Duration.ofSeconds(60).toNanos());

    private final Posix posix;
    private final int fd;
    private final Frame frames = new Frame(Limits.LONGEST_ANSWER);

    RawClient(Posix posix, ControlAddress address) {
        this.posix = posix;
        this.fd = posix.streamSocket(address.endpoint());
        connect(address);
    }

    private void connect(ControlAddress address) {
        long end = System.nanoTime() + PATIENCE.getAsLong();
        while (true) {
            try {
                posix.connect(fd, address.endpoint());
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EAGAIN || System.nanoTime() > end) {
                    throw e;
                }
                Thread.yield();
            }
        }
    }

    RawClient send(byte... bytes) {
        try {
            posix.send(fd, bytes);
        } catch (ErrnoException e) {
            // The server has closed it, or takes no more: what follows from that is looked at by the test.
            if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET && e.errno() != Errno.EAGAIN) {
                throw e;
            }
        }
        return this;
    }

    RawClient ask(Request request) {
        return send(Frame.of(request.text()));
    }

    /** The next answer; empty when the server has closed the connection. */
    Optional<Answer.Received> next() {
        byte[] buffer = new byte[1 << 16];
        while (true) {
            Optional<String> text = frames.next();
            if (text.isPresent()) {
                return text.map(Answer::parse);
            }
            int count = read(buffer);
            if (count <= 0) {
                return Optional.empty();
            }
            frames.add(buffer, count);
        }
    }

    private int read(byte[] buffer) {
        if (posix.awaitReadable(PATIENCE, List.of(fd)).isEmpty()) {
            throw new AssertionError("neither an answer nor an end within " + PATIENCE.getAsLong() + " ns");
        }
        try {
            return posix.read(fd, buffer);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            return -1;
        }
    }

    /** Everything until the server closes the connection. */
    int drain() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int count = read(buffer); count > 0; count = read(buffer)) {
            all.write(buffer, 0, count);
        }
        return all.size();
    }

    @Override
    public void close() {
        posix.close(fd);
    }
}
