package dev.prefork.quarkus.worker;

import dev.prefork.os.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection of HTTP/1.1 by hand, over TCP or unix alike: what it does not send stays unsent. */
public final class Client implements AutoCloseable {
    private final SocketChannel channel;

    private Client(SocketAddress address) {
        try {
            channel = SocketChannel.open(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Client to(Endpoint endpoint) {
        return new Client(address(endpoint));
    }

    private static SocketAddress address(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Inet inet) {
            return new InetSocketAddress(inet.address(), inet.port());
        }
        return UnixDomainSocketAddress.of(((Endpoint.Unix) endpoint).path());
    }

    /** The whole answer to one request on one connection. */
    public static String get(Endpoint endpoint) {
        return get(endpoint, "/");
    }

    public static String get(Endpoint endpoint, String path) {
        try (Client client = to(endpoint)) {
            return client.send(path, "close").answer();
        }
    }

    Client send() {
        return send("/", "close");
    }

    /** Sends one request with the given Connection header. */
    public Client send(String path, String connection) {
        return write("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: " + connection + "\r\n\r\n");
    }

    /** Sends a piece of a request. */
    public Client write(String text) {
        try {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything up to the end of the connection. */
    public String answer() {
        try {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server has sent anything up to now. */
    public boolean hasAnswer() {
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read != 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
