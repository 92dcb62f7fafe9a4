package dev.prefork.it.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Keeps so many connections open, each of which sends what its script says as fast as it is taken; what the server closes is
 * opened again, one a millisecond.
 *
 * <p>Threading: all on the caller's thread.
 *
 * @param connections how many at a time
 * @param scripts a new one for each connection
 * @param reads whether the client reads what it is answered, or next to nothing
 */
record Flood(int connections, Supplier<Script> scripts, boolean reads) implements Attack {
    private static final long EACH_NANOS = 1_000_000;
    private static final long LOOK_NANOS = 200_000_000;

    /** Enough to notice the end of a connection, and next to nothing of an answer. */
    private static final int A_LITTLE = 64;

    /** What one connection sends. */
    @FunctionalInterface
    interface Script {
        /** The next bytes; empty when there is nothing to send for now. */
        ByteBuffer next();
    }

    @Override
    public void run(InetSocketAddress management, Duration atMost) throws IOException {
        long end = System.nanoTime() + atMost.toNanos();
        ByteBuffer answers = ByteBuffer.allocateDirect(1 << 16);
        Selector selector = Selector.open();
        try {
            long opened = System.nanoTime();
            long looked = opened;
            for (long now = opened; now - end < 0; now = System.nanoTime()) {
                long missing = connections - selector.keys().size();
                for (; missing > 0 && opened + EACH_NANOS - now < 0; missing--, opened += EACH_NANOS) {
                    open(management, selector);
                }
                opened = missing > 0 ? opened : now;
                selector.select(key -> step(key, answers), missing > 0 ? 1 : LOOK_NANOS / 1_000_000);
                if (looked + LOOK_NANOS - now < 0) {
                    looked = now;
                    look(selector, answers);
                }
            }
        } finally {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }

    private void open(InetSocketAddress management, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT, new Client(scripts.get()));
        try {
            channel.connect(management);
        } catch (IOException refused) {
            channel.close();
        }
    }

    /** Scripts that wait for their time are asked again, and clients that do not read notice the end of their connection. */
    private void look(Selector selector, ByteBuffer answers) {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && ((SocketChannel) key.channel()).isConnected()) {
                key.interestOpsOr(SelectionKey.OP_WRITE);
                try {
                    if (!reads
                            && ((SocketChannel) key.channel())
                                            .read(answers.clear().limit(A_LITTLE))
                                    < 0) {
                        close((SocketChannel) key.channel());
                    }
                } catch (IOException ended) {
                    close((SocketChannel) key.channel());
                }
            }
        }
    }

    private void step(SelectionKey key, ByteBuffer answers) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE | (reads ? SelectionKey.OP_READ : 0));
            } else if (key.isReadable() && channel.read(answers.clear()) < 0) {
                close(channel);
            } else if (key.isWritable() && !((Client) key.attachment()).write(channel)) {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        } catch (IOException ended) {
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError("close(2) of a socket failed", e);
        }
    }

    /** One connection's progress. */
    private static final class Client {
        private final Script script;
        private ByteBuffer pending = ByteBuffer.allocate(0);

        Client(Script script) {
            this.script = script;
        }

        /** Whether there is more to send at once. */
        boolean write(SocketChannel channel) throws IOException {
            if (!pending.hasRemaining()) {
                pending = script.next();
            }
            channel.write(pending);
            return pending.hasRemaining();
        }
    }
}
