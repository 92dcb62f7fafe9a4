package dev.prefork.quarkus.master.early;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The management port before Quarkus serves it. It is bound before any worker is started, answered by one thread from {@link
 * #answer} on, and handed over as it is: what connects meanwhile waits in the kernel's queue. The thread ends with the last
 * of the connections that it had accepted.
 *
 * <p>Threading: any thread may call. Bounded: {@value #MOST_CONNECTIONS} connections with 8 KiB each.
 */
public final class EarlyPort implements AutoCloseable {
    static final int MOST_CONNECTIONS = 128;

    /** Of one turn: what has been accepted is read before more is. */
    private static final int MOST_ACCEPTED = 16;

    /** The kernel caps it; see somaxconn in listen(2). */
    private static final int BACKLOG = 1024;

    private static final long AFTER_A_FAILURE_NANOS = 10_000_000;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final InetSocketAddress asked;
    private Thread thread;
    private boolean accepting;
    private boolean closing;
    private boolean handedOver;

    private EarlyPort(InetSocketAddress asked, ServerSocketChannel listener, Selector selector) {
        this.asked = asked;
        this.listener = listener;
        this.selector = selector;
    }

    /** Binds; an IPv4 address means IPv4 alone, as it does to the transport that would else bind it. */
    public static EarlyPort open(InetSocketAddress address) throws IOException {
        boolean four = address.getAddress() instanceof Inet4Address;
        ServerSocketChannel listener = channel(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            listener.configureBlocking(false);
            return new EarlyPort(address, listener, Selector.open());
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private static ServerSocketChannel channel(StandardProtocolFamily family) throws IOException {
        try {
            return ServerSocketChannel.open(family);
        } catch (RuntimeException e) {
            // The family is not supported: a kernel without IPv6, or java.net.preferIPv4Stack: to bind an address of it
            // is a mistake as any other.
            throw new SocketException("this process has no IPv6");
        }
    }

    /** What was asked for: the port may be 0. */
    public InetSocketAddress asked() {
        return asked;
    }

    public int port() {
        return listener.socket().getLocalPort();
    }

    /** Begins to answer. */
    public synchronized void answer(EarlyHealth health) {
        accepting = true;
        thread = new Thread(() -> run(health::answer), "prefork-management");
        thread.setDaemon(true);
        thread.start();
    }

    /** Gives the listening socket away; empty if that has been done, or it is closed. No more is accepted here then. */
    public synchronized Optional<ServerSocketChannel> handOver() {
        if (handedOver || closing) {
            return Optional.empty();
        }
        handedOver = true;
        leave();
        return Optional.of(listener);
    }

    /** Waits until the thread does not look at the listener any more. */
    private void leave() {
        selector.wakeup();
        boolean interrupted = false;
        while (accepting) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends its connections too, and closes the listener unless that is another's by now. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            leave();
        }
        try {
            if (!handedOver) {
                listener.close();
            }
            if (thread == null) {
                selector.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing the management port", e);
        }
    }

    private synchronized boolean gives() {
        return handedOver || closing;
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private void run(Function<EarlyRequest, EarlyAnswer> answers) {
        try {
            SelectionKey accepts = listener.register(selector, SelectionKey.OP_ACCEPT);
            while (!gives()) {
                turn(answers);
            }
            accepts.cancel();
            selector.selectNow();
            left();
            while (!isClosing() && !selector.keys().isEmpty()) {
                turn(answers);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the management port", e);
        } finally {
            left();
            closeAll();
        }
    }

    private synchronized void left() {
        accepting = false;
        notifyAll();
    }

    private void turn(Function<EarlyRequest, EarlyAnswer> answers) throws IOException {
        selector.select(untilNextDeadline());
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof EarlyConnection connection) {
                proceed(key, connection, now);
            } else if (!gives()) {
                accept(answers, now);
            }
        }
        selector.selectedKeys().clear();
        connections().stream()
                .filter(key -> connection(key).deadline() - now <= 0)
                .forEach(EarlyPort::end);
    }

    /** In milliseconds; 0 is for ever. */
    private long untilNextDeadline() {
        long now = System.nanoTime();
        return connections().stream().mapToLong(key -> connection(key).deadline() - now).min().stream()
                .map(nanos -> Math.max(1, nanos / 1_000_000 + 1))
                .findFirst()
                .orElse(0);
    }

    private void accept(Function<EarlyRequest, EarlyAnswer> answers, long now) throws IOException {
        for (int accepted = 0; accepted < MOST_ACCEPTED; accepted++) {
            SocketChannel channel = accepted();
            if (channel == null) {
                return;
            }
            makeRoom();
            channel.configureBlocking(false);
            EarlyConnection connection = new EarlyConnection(channel, answers, now);
            // Most requests are there with the connection: those are answered before any flood can take its place.
            proceed(channel.register(selector, 0, connection), connection, now);
        }
    }

    /**
     * Null when none waits. accept(2) also fails for a client that has reset its connection already, and where no descriptor is
     * left: that one stays in the queue, and without a pause the thread would turn in circles.
     */
    private SocketChannel accepted() {
        try {
            return listener.accept();
        } catch (IOException failed) {
            LockSupport.parkNanos(AFTER_A_FAILURE_NANOS);
            return null;
        }
    }

    /** A new connection may be a kubelet's: another one goes for it, of those that have sent no request the oldest. */
    private void makeRoom() {
        List<SelectionKey> open = connections();
        if (open.size() >= MOST_CONNECTIONS) {
            open.stream()
                    .min(Comparator.<SelectionKey, Boolean>comparing(
                                    key -> !connection(key).isReading())
                            .thenComparingLong(key -> connection(key).deadline()))
                    .ifPresent(EarlyPort::end);
        }
    }

    private static void proceed(SelectionKey key, EarlyConnection connection, long now) {
        if (!key.isValid()) {
            return;
        }
        try {
            int next = connection.proceed(now);
            if (next == 0) {
                end(key);
            } else {
                key.interestOps(next);
            }
        } catch (IOException gone) {
            end(key);
        }
    }

    private List<SelectionKey> connections() {
        return selector.keys().stream()
                .filter(key -> key.isValid() && key.attachment() instanceof EarlyConnection)
                .toList();
    }

    private static EarlyConnection connection(SelectionKey key) {
        return (EarlyConnection) key.attachment();
    }

    private static void end(SelectionKey key) {
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException e) {
            // It is gone either way.
            key.attach(null);
        }
    }

    private void closeAll() {
        connections().forEach(EarlyPort::end);
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the management port", e);
        }
    }
}
