package dev.prefork.it;

import static dev.prefork.Waits.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * HTTP/1.1 clients that keep their connections alive and hammer a server in a closed loop, as wrk does: each sends its next
 * request the moment its last answer is whole. Nothing is ever repeated or passed over in silence; {@link LoadResult} says
 * what counts as a failure. A connection ends when it is refused or fails, all of them at {@link #stop}.
 *
 * <p>Threading: two threads with a selector each, however many connections, so that little is taken from a server on the same
 * cores; any thread may call.
 */
public final class KeepAliveLoad implements AutoCloseable {
    static final int SHOWN_FAILURES = 10;

    private static final int THREADS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InetSocketAddress server;
    private final ByteBuffer request;
    private final LoadCount count = new LoadCount();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private KeepAliveLoad(int port, String path) {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        request = ByteBuffer.wrap(
                ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins to load {@code http://127.0.0.1:port/path} with so many connections. */
    public static KeepAliveLoad start(int port, String path, int connections) {
        KeepAliveLoad load = new KeepAliveLoad(port, path);
        for (int i = 0; i < THREADS; i++) {
            int share = connections / THREADS + (i < connections % THREADS ? 1 : 0);
            Thread thread = new Thread(() -> load.run(share), "keep-alive-load-" + i);
            load.threads.add(thread);
            thread.setDaemon(true);
            thread.start();
        }
        return load;
    }

    private void run(int connections) {
        ByteBuffer arrived = ByteBuffer.allocateDirect(1 << 16);
        List<LoadConnection> clients = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                LoadConnection client = new LoadConnection(server, selector, count, request, arrived);
                clients.add(client);
                client.connect();
            }
            while (!stopping && clients.stream().anyMatch(LoadConnection::isOpen)) {
                // The limit is for a stop that comes while nothing else does.
                selector.select(KeepAliveLoad::ready, 20);
            }
            clients.forEach(LoadConnection::stop);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ready(SelectionKey key) {
        ((LoadConnection) key.attachment()).ready(key);
    }

    /** What was seen up to now; those under way are not counted yet. */
    public LoadResult soFar() {
        return count.result();
    }

    /** Waits for so many answers since the start. */
    public KeepAliveLoad awaitAnswers(long atLeast) {
        await("answers under load").atMost(PATIENCE).until(() -> count.answers() >= atLeast || !isRunning());
        return this;
    }

    /** Waits until every connection was refused or has failed. */
    public LoadResult awaitEnd() {
        await("the end of all connections").atMost(PATIENCE).until(() -> !isRunning());
        return count.result();
    }

    private boolean isRunning() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Ends all connections and tells what they saw. */
    public LoadResult stop() {
        stopping = true;
        return awaitEnd();
    }

    @Override
    public void close() {
        stop();
    }
}
