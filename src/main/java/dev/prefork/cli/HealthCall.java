package dev.prefork.cli;

import dev.prefork.config.ManagementAddress;
import dev.prefork.http.AnyCertificate;
import dev.prefork.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;

/**
 * One GET of a health endpoint, with one deadline for all of it, the resolution of the name included. Written by hand,
 * because an exec probe is run every few seconds and the JDK's own clients take longer to load than the whole exchange.
 *
 * <p>Threading: the call is made on a daemon thread of its own, which is given up when its time is over.
 */
record HealthCall(InetSocketAddress unresolved, String path, boolean tls, Socket socket) {
    /** More than any response of a health endpoint. */
    private static final int LONGEST = 1 << 20;

    private static final int AT_ONCE = 8192;

    /**
     * Asks the hosts in turn until one takes the connection.
     *
     * @throws IOException if none answers, or what answers does not speak HTTP
     * @throws TimeoutException if the time is over
     */
    static HealthAnswer of(ManagementAddress address, Probe probe, Duration deadline)
            throws IOException, TimeoutException {
        long end = System.nanoTime() + deadline.toNanos();
        String path = address.rootPath() + "/health/" + probe.word();
        IOException first = null;
        for (String host : address.hosts()) {
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved(host, address.port());
            try {
                return new HealthCall(unresolved, path, address.tls(), new Socket()).answer(end - System.nanoTime());
            } catch (NotHttpException e) {
                throw e;
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        throw first;
    }

    private HealthAnswer answer(long nanos) throws IOException, TimeoutException {
        FutureTask<HealthAnswer> exchange = new FutureTask<>(this::exchange);
        Thread thread = new Thread(exchange, "prefork-health");
        thread.setDaemon(true);
        thread.start();
        try {
            return exchange.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            // Also ends a read that is no longer waited for.
            socket.close();
        }
    }

    private HealthAnswer exchange() throws IOException, GeneralSecurityException {
        InetAddress host = InetAddress.getByName(unresolved.getHostString());
        socket.connect(new InetSocketAddress(host, unresolved.getPort()));
        if (!tls) {
            return exchange(socket);
        }
        try (SSLSocket secured = AnyCertificate.over(socket, unresolved)) {
            return exchange(secured);
        }
    }

    private HealthAnswer exchange(Socket connected) throws IOException {
        // Version 1.0, or the server might send the body in chunks.
        String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";
        connected.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        connected.getOutputStream().flush();
        InputStream in = connected.getInputStream();
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        byte[] buffer = new byte[AT_ONCE];
        Optional<Response> head = Optional.empty();
        long end = LONGEST;
        for (int count; arrived.size() < end && (count = in.read(buffer)) >= 0; ) {
            arrived.write(buffer, 0, count);
            if (head.isEmpty()) {
                if (!Response.isPossible(arrived.toByteArray())) {
                    throw new NotHttpException();
                }
                head = Response.parse(arrived.toByteArray());
                end = Math.min(LONGEST, head.map(Response::total).orElse(end));
            }
        }
        Response response = head.orElseThrow(NotHttpException::new);
        int length = (int) Math.min(end, arrived.size()) - response.start();
        String body = new String(arrived.toByteArray(), response.start(), length, StandardCharsets.UTF_8);
        return new HealthAnswer(response.status(), body.strip());
    }

    /** A server is there, but not of the kind that was looked for. */
    static final class NotHttpException extends IOException {
        NotHttpException() {
            super("no HTTP answer");
        }
    }
}
