package dev.prefork.worker;

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
final class Client implements AutoCloseable {
    private final SocketChannel channel;

    private Client(SocketAddress address) {
        try {
            channel = SocketChannel.open(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Client to(Endpoint endpoint) {
        return new Client(address(endpoint));
    }

    private static SocketAddress address(Endpoint endpoint) {
        if (endpoint instanceof Endpoint.Inet inet) {
            return new InetSocketAddress(inet.address(), inet.port());
        }
        return UnixDomainSocketAddress.of(((Endpoint.Unix) endpoint).path());
    }

    /** The whole answer to one request on one connection. */
    static String get(Endpoint endpoint) {
        try (Client client = to(endpoint)) {
            return client.send().answer();
        }
    }

    Client send() {
        byte[] request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try {
            channel.write(ByteBuffer.wrap(request));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything up to the end of the connection. */
    String answer() {
        try {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server has sent anything up to now. */
    boolean hasAnswer() {
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
