package dev.prefork.it.builtin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A server as a program of its own, which takes its listener as inetd(8) hands it over and knows nothing of Prefork. */
final class PlainServer {
    private PlainServer() {}

    public static void main(String[] arguments) throws IOException {
        ServerSocketChannel listener = (ServerSocketChannel) System.inheritedChannel();
        listener.configureBlocking(false);
        Selector selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        while (true) {
            selector.select();
            selector.selectedKeys().clear();
            try (SocketChannel connection = listener.accept()) {
                if (connection != null) {
                    answer(connection);
                }
            } catch (IOException e) {
                // Of a client that has gone.
                continue;
            }
        }
    }

    private static void answer(SocketChannel connection) throws IOException {
        connection.configureBlocking(true);
        connection.read(ByteBuffer.allocate(4096));
        String slot = System.getenv("PREFORK_SLOT");
        String body = "worker " + slot + " (pid " + ProcessHandle.current().pid() + ")\n";
        String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        connection.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    }
}
