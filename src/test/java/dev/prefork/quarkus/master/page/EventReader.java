package dev.prefork.quarkus.master.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A client of server-sent events. Every wait ends after a minute, by an exception. For one thread. */
public final class EventReader implements AutoCloseable {
    private static final String LAST_CHUNK = "0";
    private static final int MOST_MILLIS = 60_000;

    private final Socket socket;
    private final BufferedReader in;
    private final List<String> head = new ArrayList<>();

    /**
     * One event.
     *
     * @param id empty if it has none
     */
    public record Received(String kind, String id, String data) {}

    /** @param headers further ones, each with its line end */
    public EventReader(int port, String headers) throws IOException {
        this("127.0.0.1", port, headers);
    }

    /** @param from one of this machine */
    EventReader(String from, int port, String headers) throws IOException {
        socket = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
        socket.setSoTimeout(MOST_MILLIS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        socket.getOutputStream()
                .write(("GET /prefork/events HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.add(line);
        }
    }

    public List<String> head() {
        return head;
    }

    /** The next line that is neither empty nor the size of a chunk; null at the end. */
    public String line() throws IOException {
        String line = in.readLine();
        while (line != null && !line.equals(LAST_CHUNK) && (line.isEmpty() || isSize(line))) {
            line = in.readLine();
        }
        return LAST_CHUNK.equals(line) ? null : line;
    }

    private static boolean isSize(String line) {
        return line.matches("[0-9a-f]+");
    }

    /** The next event; null at the end. */
    public Received next() throws IOException {
        String kind = "message";
        String id = "";
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith("event: ")) {
                kind = line.substring("event: ".length());
            } else if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("data: ")) {
                return new Received(kind, id, line.substring("data: ".length()));
            }
        }
        return null;
    }

    /** The next one of a kind. */
    public Received next(String kind) throws IOException {
        return next(event -> event.kind().equals(kind));
    }

    /** The next one that is wanted. */
    public Received next(Predicate<Received> wanted) throws IOException {
        for (Received event = next(); event != null; event = next()) {
            if (wanted.test(event)) {
                return event;
            }
        }
        throw new AssertionError(
                "the events ended; the head was " + head.stream().collect(Collectors.joining(", ")));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
