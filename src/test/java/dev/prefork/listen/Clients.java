package dev.prefork.listen;

import dev.prefork.os.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Real clients of a listener, all closed at the end. */
public final class Clients implements AutoCloseable {
    private final List<AutoCloseable> open = new ArrayList<>();

    public Socket connect(Listener listener) {
        return connect("127.0.0.1", listener);
    }

    public Socket connect(String host, Listener listener) {
        try {
            return connect(host, listener, 60_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Socket connect(String host, Listener listener, int milliseconds) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getByName(host), port(listener)), milliseconds);
        return socket;
    }

    SocketChannel connectUnix(String path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(channel);
        channel.connect(UnixDomainSocketAddress.of(path));
        return channel;
    }

    static String readLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
    }

    static int port(Listener listener) {
        return ((Endpoint.Inet) listener.endpoint()).port();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable client : open) {
            client.close();
        }
    }
}
