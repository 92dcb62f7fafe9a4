package dev.prefork.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One client of a {@link KeepAliveLoad}: sends the next request the moment the last answer is whole, and connects anew when
 * an answer announced the end of its connection. It ends for good when it is refused or has failed. Its selector's thread.
 */
final class LoadConnection {
    private final InetSocketAddress server;
    private final Selector selector;
    private final LoadCount count;
    private final ByteBuffer request;
    private final ByteBuffer arrived;
    private final AnswerScanner answer = new AnswerScanner();
    private SocketChannel channel;
    private boolean connected;

    /** @param arrived scratch space, shared by all connections of one thread */
    LoadConnection(
            InetSocketAddress server, Selector selector, LoadCount count, ByteBuffer request, ByteBuffer arrived) {
        this.server = server;
        this.selector = selector;
        this.count = count;
        this.request = request.duplicate();
        this.arrived = arrived;
    }

    void connect() {
        connected = false;
        answer.reset();
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            boolean done = channel.connect(server);
            channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (done) {
                connected();
            }
        } catch (IOException e) {
            refused();
        }
    }

    void ready(SelectionKey key) {
        if (!connected) {
            finishConnect();
            return;
        }
        try {
            if (request.hasRemaining()) {
                write();
            }
            if (key.isValid() && key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            failed(e.getMessage());
        }
    }

    private void finishConnect() {
        try {
            if (channel.finishConnect()) {
                connected();
            }
        } catch (IOException e) {
            refused();
        }
    }

    private void connected() {
        connected = true;
        send();
    }

    private void send() {
        request.rewind();
        try {
            write();
        } catch (IOException e) {
            failed(e.getMessage());
        }
    }

    private void write() throws IOException {
        channel.write(request);
        int wanted = SelectionKey.OP_READ | (request.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        SelectionKey key = channel.keyFor(selector);
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    private void read() throws IOException {
        arrived.clear();
        int read = channel.read(arrived);
        if (read < 0) {
            failed("end of the connection");
            return;
        }
        arrived.flip();
        if (!answer.scan(arrived)) {
            return;
        }
        if (answer.status() != 200) {
            failed("\"" + answer.firstLine() + "\"");
            return;
        }
        count.answered();
        boolean last = answer.isLast();
        answer.reset();
        if (last) {
            close();
            connect();
        } else {
            send();
        }
    }

    private void refused() {
        close();
        count.refused();
    }

    private void failed(String why) {
        count.failed(why + (answer.hasBegun() ? ", after a part of the answer" : "") + " on " + name());
        close();
    }

    private String name() {
        try {
            return channel.getLocalAddress() + " after " + count.answers() + " answers";
        } catch (IOException e) {
            return "a closed socket";
        }
    }

    /** What became of it when everybody stops. */
    void stop() {
        if (channel.isOpen()) {
            count.stopped(connected);
            close();
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            count.failed("cannot close: " + e.getMessage());
        }
    }
}
