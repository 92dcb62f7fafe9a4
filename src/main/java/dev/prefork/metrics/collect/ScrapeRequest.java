package dev.prefork.metrics.collect;

import dev.prefork.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One request for a worker's metrics and its answer, step by step, never blocking. HTTP/1.0, so that the answer ends with the
 * connection and comes in one piece; who sends it in chunks all the same is understood. Not for several threads.
 */
final class ScrapeRequest implements AutoCloseable {
    private static final int OK = 200;
    private static final int AT_ONCE = 1 << 16;
    private static final Charset LATIN = StandardCharsets.ISO_8859_1;
    private static final Pattern OPEN_METRICS =
            Pattern.compile("(?im)^content-type:\\s*application/openmetrics-text\\b");
    private static final Pattern EOF = Pattern.compile("(?:^|\\n)# EOF\\r?\\n?$");
    private static final int LAST_LINE = 16;

    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ByteBuffer arrived = ByteBuffer.allocate(AT_ONCE);
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final int longest;
    private Optional<Response> head = Optional.empty();

    private ScrapeRequest(SocketChannel channel, ByteBuffer request, int longest) {
        this.channel = channel;
        this.request = request;
        this.longest = longest;
    }

    /** @param longest no answer may have more bytes than this */
    static ScrapeRequest start(MetricsUrl.Target target, int longest) throws IOException {
        boolean inet = target.address() instanceof InetSocketAddress;
        SocketChannel channel = inet ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            channel.connect(target.address());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e instanceof IOException io ? io : new IOException("no such address", e);
        }
        String text = "GET " + target.path() + " HTTP/1.0\r\nHost: " + target.host()
                + "\r\nUser-Agent: prefork\r\nAccept: application/openmetrics-text;version=1.0.0;q=0.5,"
                + "text/plain;version=0.0.4\r\nConnection: close\r\n\r\n";
        return new ScrapeRequest(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), longest);
    }

    void register(Selector selector, Object attachment) throws IOException {
        // A unix socket is connected at once, and would never be said to be connectable.
        int first = channel.isConnected() ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
        channel.register(selector, first, attachment);
    }

    /**
     * Goes on as far as it can.
     *
     * @return the body, once it is whole
     * @throws IOException if there will be none
     */
    Optional<byte[]> proceed(SelectionKey key) throws IOException {
        if (!channel.finishConnect()) {
            return Optional.empty();
        }
        if (request.hasRemaining()) {
            channel.write(request);
        }
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        if (request.hasRemaining() || !key.isReadable()) {
            return Optional.empty();
        }
        int count;
        while ((count = channel.read(arrived.clear())) > 0) {
            answer.write(arrived.array(), 0, count);
            if (answer.size() > longest) {
                throw new IOException("the response has more than " + longest + " bytes");
            }
        }
        return count < 0 || isWhole() ? Optional.of(body(answer.toByteArray())) : Optional.empty();
    }

    /** How many bytes of the answer have arrived. */
    int size() {
        return answer.size();
    }

    /** No scrape waits for the end of its connection if it need not: some servers keep it, asked or not. */
    private boolean isWhole() throws IOException {
        if (head.isEmpty()) {
            byte[] begun = answer.toByteArray();
            head = Response.parse(begun);
            if (head.isEmpty() && !Response.isPossible(begun)) {
                throw new IOException("the response is not HTTP");
            }
        }
        return head.filter(response -> answer.size() >= response.total()).isPresent();
    }

    /**
     * What is in a response that has come to its end.
     *
     * @throws IOException if it is not an HTTP response, not 200, or not whole
     */
    static byte[] body(byte[] answer) throws IOException {
        Response response = Response.parse(answer)
                .orElseThrow(() -> new IOException(
                        "the response is not HTTP" + (Response.isPossible(answer) ? ", or is incomplete" : "")));
        if (response.status() != OK) {
            throw new IOException("the response has the status " + response.status());
        }
        byte[] body = response.body(answer);
        boolean framed = response.chunked() || response.length() != Response.UNKNOWN;
        if (body.length == 0 ? !framed : !hasEnd(body, new String(answer, 0, response.start(), LATIN))) {
            throw new IOException("the response is truncated: its last line is not complete");
        }
        return body;
    }

    /**
     * Whether the format's own end is there. A program that dies while it writes closes its connection in the middle of a number,
     * and a number that is cut short is one all the same. In the format 0.0.4 the last line ends with a line feed, in OpenMetrics
     * it is an EOF.
     */
    private static boolean hasEnd(byte[] body, String head) {
        int tail = Math.max(0, body.length - LAST_LINE);
        return OPEN_METRICS.matcher(head).find()
                ? EOF.matcher(new String(body, tail, body.length - tail, LATIN)).find()
                : body[body.length - 1] == '\n';
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is given up; an error of close(2) does not matter.
            request.position(request.limit());
        }
    }
}
