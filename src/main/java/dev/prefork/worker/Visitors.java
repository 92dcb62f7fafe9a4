package dev.prefork.worker;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * All connections that came through the {@link Doors} and are still open.
 *
 * <p>Threading: any thread.
 */
public final class Visitors {
    private static final AttributeKey<Visitor> VISITOR = AttributeKey.valueOf(Visitors.class, "visitor");

    private final Set<Visitor> present = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;
    private volatile long lingerNanos;
    private volatile boolean upgraded;

    Visitors() {}

    /** Called on the listener's event loop, before the connection is registered with its own. */
    void admit(Channel accepted) {
        Visitor visitor = new Visitor(this, accepted);
        accepted.attr(VISITOR).set(visitor);
        accepted.pipeline().addLast(visitor);
        present.add(visitor);
        accepted.closeFuture().addListener(closed -> remove(visitor));
    }

    private void remove(Visitor visitor) {
        present.remove(visitor);
        if (leaving && present.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Who this connection is; empty when it did not come through an inherited listener. */
    public static Optional<Visitor> of(Channel channel) {
        return Optional.ofNullable(channel.attr(VISITOR).get());
    }

    Set<Visitor> present() {
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
     * {@code linger}. Comes after {@link Doors#close}.
     */
    public void leave(Duration linger) {
        lingerNanos = linger.toNanos();
        leaving = true;
        for (Visitor visitor : present) {
            // Who is not registered yet has no event loop to ask for, and looks at the flag when it has one.
            if (visitor.channel().isRegistered()) {
                visitor.channel().eventLoop().execute(visitor::leave);
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

    /** Ends what is left, whatever is under way. */
    public void throwOut() {
        present.stream().filter(visitor -> visitor.channel().isRegistered()).forEach(Visitor::throwOut);
    }
}
