package dev.prefork.quarkus.worker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * All connections that came through the {@link AcceptGate} and are still open.
 *
 * <p>Threading: any thread.
 */
public final class OpenConnections {
    private static final AttributeKey<DrainingConnection> CONNECTION =
            AttributeKey.valueOf(OpenConnections.class, "draining");

    private final Set<DrainingConnection> present = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;
    private volatile long lingerNanos;
    private volatile boolean upgraded;

    OpenConnections() {}

    /** Called on the listener's event loop, before the connection is registered with its own. */
    private void admit(Channel accepted) {
        DrainingConnection draining = new DrainingConnection(this, accepted);
        accepted.attr(CONNECTION).set(draining);
        accepted.pipeline().addLast(draining);
        present.add(draining);
        accepted.closeFuture().addListener(closed -> remove(draining));
    }

    private void remove(DrainingConnection draining) {
        present.remove(draining);
        if (leaving && present.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Who this connection is; empty when it did not come through an inherited listener. */
    public static Optional<DrainingConnection> of(Channel channel) {
        return Optional.ofNullable(channel.attr(CONNECTION).get());
    }

    Set<DrainingConnection> present() {
        return Set.copyOf(present);
    }

    /** Whether the answer that begins now should be its connection's last. */
    public boolean areLeaving() {
        return leaving;
    }

    /** Whether any connection had become a WebSocket or the like: its request never ends in the eyes of others who count. */
    public boolean hadUpgraded() {
        return upgraded;
    }

    void upgradedOneLeaves() {
        upgraded = true;
    }

    long lingerNanos() {
        return lingerNanos;
    }

    /**
     * Brings every connection to its end: with the answer that announces it, or when nothing has been heard of the client for
     * {@code linger}. Comes after {@link AcceptGate#close}.
     */
    public void leave(Duration linger) {
        lingerNanos = linger.toNanos();
        leaving = true;
        for (DrainingConnection draining : present) {
            // Who is not registered yet has no event loop to ask for, and looks at the flag when it has one.
            if (draining.channel().isRegistered()) {
                draining.channel().eventLoop().execute(draining::leave);
            }
        }
    }

    /** Waits until all have gone, but not longer than {@code atMost}; how many are left. */
    public synchronized int awaitGone(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toNanos(); !present.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return present.size();
    }

    /** Ends what is left, also with requests under way. */
    public void throwOut() {
        present.stream().filter(draining -> draining.channel().isRegistered()).forEach(DrainingConnection::throwOut);
    }

    /** Sits on a listener and tells of the connections it accepts. */
    final class Arrivals extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext listener, Object accepted) {
            admit((Channel) accepted);
            listener.fireChannelRead(accepted);
        }
    }
}
