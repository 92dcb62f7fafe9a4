package dev.prefork.warmup;

import dev.prefork.http.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP/1.1 connection for one request after the other. The JDK's own client would load more than the worker that it warms
 * up, and keep threads.
 *
 * <p>Threading: one thread at a time; {@link #close} comes from any.
 */
public final class WarmupConnection implements AutoCloseable {
    /** What a large answer does beyond this warms up nothing new. */
    private static final int LONGEST = 1 << 20;

    /** RFC 9110, section 6.4.1: these have no content, regardless of their fields. */
    private static final Set<Integer> WITHOUT_BODY = Set.of(204, 304);

    private static final int FIRST_PIECE = 8192;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private final Socket socket;

    /** Connects. */
    public interface Opener {
        Socket open() throws IOException;
    }

    /** Nothing was answered. Of a connection that has served requests before, it says nothing about this one. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException(String message, IOException cause) {
            super(message, cause);
        }
    }

    WarmupConnection(Opener opener) throws IOException {
        socket = opener.open();
        socket.setTcpNoDelay(true);
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    /**
     * Asks, reads the answer to its end, and returns its status.
     *
     * @throws GoneException if the connection ends before the first byte of an answer
     */
    int get(String path, long nanos) throws IOException {
        long deadline = System.nanoTime() + nanos;
        byte[] arrived = new byte[FIRST_PIECE];
        int length = 0;
        Optional<Response> response = Optional.empty();
        send(path, deadline);
        while (true) {
            if (length == arrived.length) {
                arrived = Arrays.copyOf(arrived, 2 * length);
            }
            int read = read(arrived, length, deadline);
            if (read < 0) {
                close();
                return response.orElseThrow(() -> new IOException("the connection was closed without an answer"))
                        .status();
            }
            length += read;
            if (response.isEmpty()) {
                response = Response.parse(Arrays.copyOf(arrived, length));
            }
            if (response.isPresent() && (isWhole(response.get(), arrived, length) || tooLong(length))) {
                return response.get().status();
            }
            if (tooLong(length)) {
                throw new IOException("the answer's head has no end");
            }
        }
    }

    /** With TLS the first bytes wait for those of the handshake. */
    private void send(String path, long deadline) throws IOException {
        socket.setSoTimeout(millisUntil(deadline));
        try {
            socket.getOutputStream().write(request(path));
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new GoneException(e.getMessage(), e);
        }
    }

    private int read(byte[] arrived, int length, long deadline) throws IOException {
        socket.setSoTimeout(millisUntil(deadline));
        int read;
        try {
            read = socket.getInputStream().read(arrived, length, arrived.length - length);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw length == 0 ? new GoneException(e.getMessage(), e) : e;
        }
        if (read < 0 && length == 0) {
            throw new GoneException("the connection was closed without an answer", null);
        }
        return read;
    }

    private boolean tooLong(int length) {
        if (length > LONGEST) {
            close();
        }
        return length > LONGEST;
    }

    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long left = (deadline - System.nanoTime()) / NANOS_PER_MILLI;
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: prefork-warmup\r\nAccept: */*\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isWhole(Response response, byte[] arrived, int length) {
        if (WITHOUT_BODY.contains(response.status())) {
            return true;
        }
        return response.chunked() ? hasLastChunk(response, arrived, length) : length >= response.total();
    }

    /** The end of the chunks is only believed where the bytes end as well: data may look the same. */
    private static boolean hasLastChunk(Response response, byte[] arrived, int length) {
        if (length < 5 || arrived[length - 5] != '0' || arrived[length - 1] != '\n' || arrived[length - 3] != '\n') {
            return false;
        }
        try {
            response.body(Arrays.copyOf(arrived, length));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, closed or not.
            return;
        }
    }
}
