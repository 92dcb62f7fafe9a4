package dev.prefork.metrics.collect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real server on this machine that does with each connection what a test wants, on a thread of its own. */
final class ScriptedWorker implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Script script;
    private volatile boolean closed;

    /** What is done with a connection whose request has been read; it is closed afterwards. */
    interface Script {
        void serve(SocketChannel connection) throws Exception;
    }

    private ScriptedWorker(ServerSocketChannel listener, Script script) {
        this.listener = listener;
        this.script = script;
        thread(this::accept);
    }

    static ScriptedWorker inet(Script script) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return new ScriptedWorker(listener, script);
    }

    static ScriptedWorker unix(Path socket, Script script) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        return new ScriptedWorker(listener, script);
    }

    /** Says that and closes. */
    static Script saying(String answer) {
        return connection -> write(connection, answer);
    }

    static Script showing(String metrics) {
        return saying("HTTP/1.0 200 OK\r\nContent-Length: " + metrics.length() + "\r\n\r\n" + metrics);
    }

    static void write(SocketChannel connection, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    void does(Script other) {
        script = other;
    }

    int port() throws IOException {
        SocketAddress address = listener.getLocalAddress();
        return ((InetSocketAddress) address).getPort();
    }

    /** The heads of the requests so far. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                if (closed) {
                    connection.close();
                }
                thread(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed: the test is over.
            closed = true;
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            StringBuilder request = new StringBuilder();
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            while (request.indexOf("\r\n\r\n") < 0 && connection.read(bytes.clear()) > 0) {
                request.append(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII));
            }
            requests.add(request.toString());
            script.serve(connection);
        } catch (Exception e) {
            // The other side has given up, which is what some tests are about.
            connections.remove(connection);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "scripted-worker");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            for (SocketChannel connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
