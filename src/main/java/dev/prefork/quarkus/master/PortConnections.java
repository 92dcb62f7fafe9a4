package dev.prefork.quarkus.master;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The connections to the management port. There are never more than so many, and a new one is always let in, since it may be
 * a kubelet's: another one goes for it. That is one of the client with the most connections, and of these the one that has
 * kept us waiting for a request for the longest; only where all are being answered, the oldest of them.
 *
 * <p>Threading: sits on the listener, whose event loop accepts; connections come and leave on their own ones.
 */
final class PortConnections extends ChannelInboundHandlerAdapter {
    private static final int MOST_ARRIVING = 16;

    private final AtomicInteger arriving = new AtomicInteger();
    private final int most;
    private final Function<Channel, RequestGate> gates;
    private final Set<RequestGate> open = new LinkedHashSet<>();

    /** @param gates puts a gate before a new connection */
    PortConnections(int most, Function<Channel, RequestGate> gates) {
        this.most = most;
        this.gates = gates;
    }

    @Override
    public boolean isSharable() {
        return true;
    }

    /** The connection is not registered with its event loop yet: nothing has been read of it. */
    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
        Channel channel = (Channel) accepted;
        RequestGate gate = gates.apply(channel);
        Arrival arrival = new Arrival(listener.channel(), gate);
        channel.pipeline().addFirst(arrival);
        channel.closeFuture().addListener(closed -> {
            arrival.isOver();
            leave(gate);
        });
        listener.fireChannelRead(accepted);
    }

    /**
     * The way from the listener's event loop to the connection's own. No more than some are on it: a flood would be accepted
     * faster than it is looked at, and a request that is already there be dropped unread.
     */
    private final class Arrival extends ChannelInboundHandlerAdapter {
        private final Channel listener;
        private final RequestGate gate;
        private final AtomicBoolean over = new AtomicBoolean();

        Arrival(Channel listener, RequestGate gate) {
            this.listener = listener;
            this.gate = gate;
            if (arriving.incrementAndGet() >= MOST_ARRIVING) {
                listener.config().setAutoRead(false);
                // The last of them may have arrived before that.
                resume();
            }
        }

        private void resume() {
            if (arriving.get() < MOST_ARRIVING && !listener.config().isAutoRead()) {
                listener.config().setAutoRead(true);
            }
        }

        void isOver() {
            if (over.compareAndSet(false, true)) {
                arriving.decrementAndGet();
                resume();
            }
        }

        /** Called once it is registered. */
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            isOver();
            admit(gate).ifPresent(RequestGate::end);
        }
    }

    /** Lets it in; tells which one goes for it. */
    private synchronized Optional<RequestGate> admit(RequestGate latest) {
        Optional<RequestGate> leaving = open.size() < most ? Optional.empty() : Optional.of(worst(latest.client()));
        leaving.ifPresent(open::remove);
        open.add(latest);
        return leaving;
    }

    private synchronized void leave(RequestGate gate) {
        open.remove(gate);
    }

    synchronized int count() {
        return open.size();
    }

    private RequestGate worst(SocketAddress latest) {
        Map<Object, List<RequestGate>> clients = new HashMap<>();
        open.forEach(gate -> clients.computeIfAbsent(host(gate.client()), client -> new ArrayList<>())
                .add(gate));
        Object own = host(latest);
        Collection<RequestGate> most = clients.entrySet().stream()
                // The new one counts, too: of two with as many it is its own client that makes room.
                .max(Comparator.comparingInt(
                        entry -> 2 * entry.getValue().size() + (entry.getKey().equals(own) ? 1 : 0)))
                .orElseThrow()
                .getValue();
        return most.stream()
                .min(Comparator.comparing(RequestGate::isBusy).thenComparingLong(RequestGate::since))
                .orElseThrow();
    }

    /** An address without its port; clients over a unix socket have none. */
    private static Object host(SocketAddress client) {
        InetAddress address = client instanceof InetSocketAddress inet ? inet.getAddress() : null;
        return address == null ? "unix" : address;
    }
}
