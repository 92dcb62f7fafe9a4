package dev.prefork.quarkus.worker;

import dev.prefork.handoff.InheritedListener;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The inherited listeners while the HTTP servers hold them: shut at first, opened once, closed once and for all.
 *
 * <p>Nothing is accepted before {@link #open}: until then connections wait in the kernel's queue, where siblings can take
 * them. So a worker that fails on its way up has lost no connection. {@link #close} gives up only this process' copies.
 *
 * <p>Threading: any thread.
 */
public final class AcceptGate {
    private static final AcceptGate OF_THIS_PROCESS = new AcceptGate();

    private enum State {
        SHUT,
        OPEN,
        CLOSED
    }

    private final List<Channel> channels = new ArrayList<>();
    private final Set<EventExecutor> loops = new LinkedHashSet<>();
    private final Set<Iterable<EventExecutor>> servers = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ServerKind> claimed = EnumSet.noneOf(ServerKind.class);
    private final OpenConnections connections = new OpenConnections();
    private final BlockingPools pools = new BlockingPools();
    private final Map<ServerKind, ServerBootstrap> templates = new EnumMap<>(ServerKind.class);
    private State state = State.SHUT;
    private Optional<Assignment> assignment = Optional.empty();

    AcceptGate() {}

    public static AcceptGate ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /** Who came in, and is still here. */
    public OpenConnections connections() {
        return connections;
    }

    /** The pools that the heartbeat waits for. */
    BlockingPools pools() {
        return pools;
    }

    /** Tells which server gets which listeners, and returns what holds: the first assignment stays. */
    public synchronized Assignment assign(Assignment wanted) {
        assignment = assignment.or(() -> Optional.of(wanted));
        return assignment.get();
    }

    /**
     * A server that is about to bind asks for its share. Only the first that fits gets it: epoll refuses a descriptor the
     * second time (EEXIST in epoll_ctl(2)), and after a close the number may belong to something else.
     */
    synchronized Optional<Assignment.Share> claim(ServerKind kind, int port, String host) {
        return assignment.flatMap(all -> all.claimedBy(kind, port, host)).filter(share -> claimed.add(kind));
    }

    /** @param template what connections of this server are set up with; it must not have a channel factory yet */
    synchronized void serves(ServerKind kind, ServerBootstrap template) {
        templates.put(kind, template.clone());
    }

    /**
     * A listener of this process' own, on the loopback interface, behind which the server answers although the gate is shut.
     * Empty when there is no such server, or no longer any use. To be closed by the caller, or with the gate. It begins to accept as
     * the gate's own do, so that their way is known when it is their turn.
     */
    Optional<Channel> listenToItself(ServerKind kind) {
        ChannelFuture bound;
        synchronized (this) {
            if (state != State.SHUT || !templates.containsKey(kind)) {
                return Optional.empty();
            }
            bound = templates
                    .get(kind)
                    .clone()
                    .handler(connections.new Arrivals())
                    .channel(EpollServerSocketChannel.class)
                    .option(ChannelOption.AUTO_READ, false)
                    .bind(InetAddress.getLoopbackAddress(), 0);
            channels.add(bound.channel());
        }
        bound.awaitUninterruptibly();
        if (!bound.isSuccess()) {
            return Optional.empty();
        }
        bound.channel().config().setAutoRead(true);
        return Optional.of(bound.channel());
    }

    /** Neither opened nor closed so far. */
    synchronized boolean isShut() {
        return state == State.SHUT;
    }

    /** The end of {@link #listenToItself}. */
    void listenNoMore(Channel own) {
        synchronized (this) {
            channels.remove(own);
        }
        own.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    /** Listeners that no server asked for: nothing would ever accept from them. */
    public synchronized List<InheritedListener> unclaimed(ServerKind kind) {
        return claimed.contains(kind)
                ? List.of()
                : assignment.map(all -> all.share(kind).listeners()).orElse(List.of());
    }

    /** @param serving the event loops that connections from this listener are given to */
    synchronized void add(Channel channel, Iterable<EventExecutor> serving) {
        if (state == State.CLOSED) {
            channel.close();
            return;
        }
        channels.add(channel);
        loops.add(channel.eventLoop());
        servers.add(serving);
        channel.config().setAutoRead(state == State.OPEN);
    }

    /** Starts to accept; false after {@link #close}, when it is too late. */
    public synchronized boolean open() {
        if (state == State.SHUT) {
            state = State.OPEN;
            // Not a lambda: the JVM would link it only now, while clients wait for a standby to take over.
            for (Channel channel : channels) {
                channel.config().setAutoRead(true);
            }
        }
        return state == State.OPEN;
    }

    /**
     * Calls {@code heartbeat} every {@code pause} from now on, as long as every event loop runs that accepts or serves. A loop
     * that is blocked silences it, and so does a pool for blocking work without a free thread. To be called once the servers have bound.
     *
     * @param heartbeat called on any thread
     */
    public void heartbeat(Duration pause, Runnable heartbeat) {
        LoopHeartbeat.start(allLoops(), pools::whenTheyGetOn, pause, heartbeat);
    }

    /**
     * Waits until every event loop has finished what it was doing, but not longer than {@code atMost} for each. A connection
     * is gone before the last steps of its request have run, such as counting it for the metrics.
     */
    void awaitLoops(Duration atMost) throws InterruptedException {
        for (EventExecutor loop : allLoops()) {
            try {
                loop.submit(() -> {}).await(atMost.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // This loop is shut down: it has finished.
            }
        }
    }

    private synchronized List<EventExecutor> allLoops() {
        Set<EventExecutor> all = new LinkedHashSet<>(loops);
        servers.forEach(group -> group.forEach(all::add));
        return List.copyOf(all);
    }

    /**
     * Stops to accept: when this returns, every new connection is the siblings' or waits in the queue. False when they were
     * not open.
     */
    public boolean close() {
        List<Channel> open;
        boolean wereOpen;
        synchronized (this) {
            wereOpen = state == State.OPEN;
            state = State.CLOSED;
            open = List.copyOf(channels);
            channels.clear();
        }
        open.stream()
                .map(Channel::close)
                .toList()
                .forEach(closing -> closing.awaitUninterruptibly(1, TimeUnit.SECONDS));
        return wereOpen;
    }
}
