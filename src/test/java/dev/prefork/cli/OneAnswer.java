package dev.prefork.cli;

import dev.prefork.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server on the loopback that says the same to whoever sends a whole request. A thread for each connection. */
final class OneAnswer implements AutoCloseable {
    private final ServerSocket listener;
    private final String answer;
    private final End end;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What becomes of a connection after the answer. */
    enum End {
        CLOSED,
        LEFT_OPEN
    }

    private OneAnswer(ServerSocket listener, String answer, End end) {
        this.listener = listener;
        this.answer = answer;
        this.end = end;
        daemon(this::accept);
    }

    static OneAnswer saying(String answer, End end) {
        return saying(answer, end, InetAddress.getLoopbackAddress());
    }

    static OneAnswer saying(String answer, End end, InetAddress host) {
        try {
            return new OneAnswer(new ServerSocket(0, 16, host), answer, end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static OneAnswer overTls(TestCertificate certificate, String answer) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", certificate.key(), new char[0], new Certificate[] {certificate.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        ServerSocket listener =
                context.getServerSocketFactory().createServerSocket(0, 16, InetAddress.getLoopbackAddress());
        return new OneAnswer(listener, answer, End.CLOSED);
    }

    static String http(int status, String body) {
        return "HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\ncontent-length: " + body.length()
                + "\r\n\r\n" + body;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The first lines of the requests so far. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                // Closed: this is how it is told to stop.
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int next = client.getInputStream().read();
                if (next < 0) {
                    return;
                }
                request.append((char) next);
            }
            requests.add(request.substring(0, request.indexOf("\r\n")));
            client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            client.getOutputStream().flush();
            if (end == End.LEFT_OPEN) {
                // Until the client has gone.
                client.getInputStream().readAllBytes();
            }
        } catch (IOException e) {
            // The client has gone, which is the test's affair.
            return;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "one-answer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
