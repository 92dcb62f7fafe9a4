package dev.prefork.probe;

import dev.prefork.procfs.TcpRow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.OptionalInt;

/**
 * One connection to the shared listener: first it waits to learn who accepts it, then it asks, then it lets the rest of the
 * answer run out. It never blocks. Times are of {@link System#nanoTime}. Not for several threads.
 */
final class Attempt implements AutoCloseable {
    private static final int MOST_AT_ONCE = 4096;

    /** What an IPv4 client of an IPv6 socket looks like in /proc/net/tcp6: ::ffff:a.b.c.d. */
    private static final String MAPPED = "0000000000000000FFFF0000";

    private final SocketChannel channel;
    private final Reply reply = new Reply();
    private long since;
    private int worker;
    private int misses;
    private boolean judged;

    private Attempt(SocketChannel channel, long now) {
        this.channel = channel;
        this.since = now;
    }

    static Attempt to(InetSocketAddress address, long now) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.connect(address);
            return new Attempt(channel, now);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** When it began to wait for what it waits for now. */
    long since() {
        return since;
    }

    /** Whether it is connected; false while the kernel has no answer to the SYN. */
    boolean isConnected() throws IOException {
        return channel.isConnected() || channel.finishConnect();
    }

    /** The inode of the socket at the other end: 0 while it has not been accepted, or when it is not there. */
    long inode(Collection<TcpRow> rows) throws IOException {
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        String address = kernelText(local.getAddress());
        return rows.stream()
                .filter(row -> row.remotePort() == local.getPort())
                .filter(row -> row.remote().equals(address) || row.remote().equals(MAPPED + address))
                .mapToLong(TcpRow::inode)
                .findFirst()
                .orElse(0);
    }

    /** As /proc/net/tcp prints it: words of 32 bits, whose bytes are in network order, as numbers of this machine. */
    static String kernelText(InetAddress address) {
        byte[] bytes = address.getAddress();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            text.append("%02X".formatted(bytes[i / 4 * 4 + 3 - i % 4]));
        }
        return text.toString();
    }

    /** The process that has accepted it is not found; returns how often that has been so. */
    int missed() {
        return ++misses;
    }

    void ask(int acceptedBy, String request, long now) throws IOException {
        worker = acceptedBy;
        since = now;
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether the worker that accepted it is known, and has been asked. */
    boolean isAsked() {
        return worker != 0;
    }

    /** The worker that was asked. */
    int worker() {
        return worker;
    }

    /**
     * Reads what has arrived and gives the status of the answer, once. After that the rest is thrown away, so that the worker
     * can finish its answer in peace.
     *
     * @throws IOException as well when there is nothing more to come
     */
    OptionalInt read() throws IOException {
        ByteBuffer arrived = ByteBuffer.allocate(MOST_AT_ONCE);
        int count = channel.read(arrived);
        if (count > 0 && !judged) {
            reply.add(arrived.flip());
        }
        OptionalInt status = judged ? OptionalInt.empty() : reply.status();
        judged |= status.isPresent();
        if (!judged && (count < 0 || reply.isHopeless()) || judged && status.isEmpty() && count < 0) {
            throw new IOException("no more to come");
        }
        return status;
    }

    boolean isJudged() {
        return judged;
    }

    /**
     * Takes back a connection that no worker has accepted. One that is only closed waits on in the queue (CLOSE_WAIT), and on a
     * listener that no worker serves it does so for good, as if a client waited there. One that is reset waits no more.
     */
    void withdraw() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0); // close(2) sends RST: socket(7), tcp(7)
        } catch (IOException e) {
            judged = true;
        }
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was ever to come of it but the end, which it has come to.
            judged = true;
        }
    }
}
