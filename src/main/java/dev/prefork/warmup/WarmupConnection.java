package dev.prefork.warmup;

import dev.prefork.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
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

    private static final long NANOS_PER_MILLI = 1_000_000;
    private final Socket socket;

    /** Connects. */
    public interface Opener {
        Socket open() throws IOException;
    }

    WarmupConnection(Opener opener) throws IOException {
        socket = opener.open();
        socket.setTcpNoDelay(true);
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    /** Asks, reads the answer to its end, and returns its status. */
    int get(String path, long nanos) throws IOException {
        long deadline = System.nanoTime() + nanos;
        socket.getOutputStream().write(request(path));
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (true) {
            socket.setSoTimeout(millisUntil(deadline));
            int read = in.read(buffer);
            byte[] all = arrived.toByteArray();
            if (read < 0) {
                close();
                return Response.parse(all)
                        .orElseThrow(() -> new IOException("the connection was closed without an answer"))
                        .status();
            }
            arrived.write(buffer, 0, read);
            all = arrived.toByteArray();
            Optional<Response> response = Response.parse(all);
            if (response.isPresent() && (isWhole(response.get(), all) || tooLong(all))) {
                return response.get().status();
            }
        }
    }

    private boolean tooLong(byte[] arrived) {
        if (arrived.length > LONGEST) {
            close();
        }
        return arrived.length > LONGEST;
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

    private static boolean isWhole(Response response, byte[] arrived) {
        if (WITHOUT_BODY.contains(response.status())) {
            return true;
        }
        return response.chunked() ? hasLastChunk(response, arrived) : arrived.length >= response.total();
    }

    /** The end of the chunks is only believed where the bytes end as well: data may look the same. */
    private static boolean hasLastChunk(Response response, byte[] arrived) {
        int length = arrived.length;
        if (length < 5 || arrived[length - 5] != '0' || arrived[length - 1] != '\n' || arrived[length - 3] != '\n') {
            return false;
        }
        try {
            response.body(arrived);
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
