package dev.prefork.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/1.1 connection, over TCP or a domain socket.
 *
 * <p>Written for tests that count losses: the JDK's own clients silently send a request again when a connection breaks, and
 * would hide just what is looked for. Here every break is an {@link IOException}. One thread at a time; an exchange that
 * takes longer than {@link #DEADLINE} is broken off.
 */
public final class Http implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(90);

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "http-deadline");
        thread.setDaemon(true);
        return thread;
    });

    private final SocketChannel channel;
    private final InputStream in;

    private Http(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** Connects, and keeps the connection for any number of requests. */
    public static Http open(SocketAddress address) throws IOException {
        return new Http(SocketChannel.open(address));
    }

    /** The same from an address of this machine. */
    public static Http open(SocketAddress address, InetAddress from) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(from, 0)).connect(address);
            return new Http(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A port of this machine, by IPv4. */
    public static SocketAddress port(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    /** A domain socket. */
    public static SocketAddress path(Path path) {
        return UnixDomainSocketAddress.of(path);
    }

    /** One GET on a connection of its own. */
    public static Answer get(SocketAddress address, String path) throws IOException {
        try (Http connection = open(address)) {
            return connection.send("GET", path, Map.of("Connection", "close"), "");
        }
    }

    /** One GET on a connection of its own to a port of this machine. */
    public static Answer get(int port, String path) throws IOException {
        return get(port(port), path);
    }

    /** One GET on this connection. */
    public Answer get(String path) throws IOException {
        return send("GET", path, Map.of(), "");
    }

    /** One request on this connection. */
    public Answer send(String method, String path, Map<String, String> headers, String body) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        if (content.length > 0 || method.equals("POST")) {
            request.append("Content-Length: ").append(content.length).append("\r\n");
        }
        ScheduledFuture<?> end = WATCH.schedule(this::close, DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        try {
            write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            write(content);
            return read();
        } finally {
            end.cancel(false);
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private Answer read() throws IOException {
        String[] first = line().split(" ", 3);
        Map<String, List<String>> headers = new TreeMap<>();
        String line;
        while (!(line = line()).isEmpty()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        int status = Integer.parseInt(first[1]);
        return new Answer(status, headers, new String(body(status, headers), StandardCharsets.UTF_8));
    }

    private byte[] body(int status, Map<String, List<String>> headers) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
            return chunks();
        }
        List<String> length = headers.getOrDefault("content-length", List.of());
        return length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length.get(0)));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int size;
        while ((size = Integer.parseInt(line().split(";")[0].strip(), 16)) > 0) {
            whole.write(exactly(size));
            line();
        }
        String trailer;
        do {
            trailer = line();
        } while (!trailer.isEmpty());
        return whole.toByteArray();
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the answer's body ended after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                throw new EOFException("the connection ended before the answer did, after \"" + line + "\"");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
