package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does one given thing with each request. A thread for each connection; gone after close. */
public final class ScriptedServer implements AutoCloseable {
    public static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    public static final String LAST = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

    private final ServerSocket listener;
    private final Script script;
    private final AtomicInteger accepted = new AtomicInteger();

    /** What to do with a request that was read whole; the connection is closed when it returns false. */
    public interface Script {
        boolean answer(Socket client) throws IOException;
    }

    public ScriptedServer(Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    public static boolean say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    public int port() {
        return listener.getLocalPort();
    }

    public int accepted() {
        return accepted.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                daemon(() -> serve(client));
            } catch (IOException e) {
                // Closed: this is how it is told to stop.
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            do {
                if (!readRequest(client)) {
                    return;
                }
            } while (script.answer(client));
        } catch (IOException e) {
            // The client has gone, which is the test's affair.
            return;
        }
    }

    private static boolean readRequest(Socket client) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = client.getInputStream().read();
            if (next < 0) {
                return false;
            }
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
        return true;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
