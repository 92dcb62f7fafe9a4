package dev.prefork.quarkus.worker;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.Endpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Vert.x takes for the server's one listening socket: a channel without a descriptor that stands before any number of
 * inherited listeners, TCP and unix alike. To bind it is to put those to work; to close it closes them.
 *
 * <p>It exists because Vert.x knows one channel for each server, wants a TCP address from it, and calls bind on it; a bound
 * socket answers a second bind(2) with EINVAL.
 *
 * <p>Threading: as any channel's, its methods run on its event loop.
 */
final class FrontChannel extends AbstractServerChannel {
    /** What a connection over a unix socket can be told; it would warn about TCP's options one by one. */
    private static final Set<ChannelOption<?>> UNIX_CHILD_OPTIONS = Set.of(
            ChannelOption.ALLOCATOR, ChannelOption.RCVBUF_ALLOCATOR, ChannelOption.SO_RCVBUF, ChannelOption.SO_SNDBUF);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final ServerBootstrap template;
    private final List<InheritedListener> listeners;
    private final AcceptGate gate;
    private final List<Channel> accepting = new ArrayList<>();
    private volatile SocketAddress local;
    private volatile boolean open = true;

    /** @param template tells the groups, the child handler and the options; it must not have a channel factory yet */
    FrontChannel(ServerBootstrap template, List<InheritedListener> listeners, AcceptGate gate) {
        this.template = template;
        this.listeners = listeners;
        this.gate = gate;
    }

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        for (InheritedListener listener : listeners) {
            ChannelFuture registered = bootstrapFor(listener).register();
            if (registered.cause() != null) {
                throw new IllegalStateException("Cannot accept from the listener " + listener, registered.cause());
            }
            accepting.add(registered.channel());
            gate.add(registered.channel(), template.config().childGroup());
        }
        local = address;
    }

    private ServerBootstrap bootstrapFor(InheritedListener listener) {
        ServerBootstrap bootstrap = template.clone()
                .handler(gate.connections().new Arrivals())
                // AcceptGate switches reading on; until then an active channel must not accept by itself.
                .option(ChannelOption.AUTO_READ, false)
                // One connection for each wake-up: a worker that takes all that wait starves its siblings.
                .option(ChannelOption.RCVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(1));
        if (listener.endpoint() instanceof Endpoint.Unix) {
            bootstrap.config().childOptions().keySet().stream()
                    .filter(option -> !UNIX_CHILD_OPTIONS.contains(option))
                    .forEach(option -> bootstrap.childOption(option, null));
        }
        return bootstrap.channelFactory(() -> adopt(listener));
    }

    /**
     * Both are active from the start, so that they are never bound. For the unix one the flag must be given
     * (netty#13877); and since it did not bind, Netty does not delete the path when it is closed.
     */
    private static ServerChannel adopt(InheritedListener listener) {
        return listener.endpoint() instanceof Endpoint.Unix
                ? new EpollServerDomainSocketChannel(listener.descriptor(), true)
                : new EpollServerSocketChannel(listener.descriptor());
    }

    @Override
    protected void doClose() {
        open = false;
        accepting.forEach(Channel::close);
    }

    @Override
    protected void doBeginRead() {
        // The listeners behind it read; there is nothing to read here.
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return local;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && local != null;
    }
}
