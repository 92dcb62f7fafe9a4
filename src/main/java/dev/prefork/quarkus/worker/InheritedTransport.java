package dev.prefork.quarkus.worker;

import dev.prefork.handoff.AdoptionException;
import dev.prefork.handoff.Inheritance;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.net.NetServerOptions;
import java.util.List;
import java.util.Optional;

/**
 * Vert.x' epoll transport that gives an HTTP server inherited listeners instead of letting it bind. Vert.x finds it through
 * the service loader, when the application prefers the native transport; every other server and client works as always.
 *
 * <p>Threading: as Vert.x calls it, from any event loop.
 */
public final class InheritedTransport extends EpollTransport {
    /** They prepare a bind(2) and listen(2) that are history; a shared socket's options belong to who made it. */
    private static final List<ChannelOption<?>> BINDING_OPTIONS = List.of(
            ChannelOption.SO_REUSEADDR,
            ChannelOption.SO_BACKLOG,
            UnixChannelOption.SO_REUSEPORT,
            EpollChannelOption.TCP_FASTOPEN);

    private final AcceptGate gate;

    /**
     * Vert.x configures a server's bootstrap and asks for its channel factory one right after the other on one thread, and
     * only the first call shows the server: this carries what was found from there to the second.
     */
    private final ThreadLocal<FrontChannel> next = new ThreadLocal<>();

    /** For the service loader. */
    public InheritedTransport() {
        this(AcceptGate.ofThisProcess());
    }

    InheritedTransport(AcceptGate gate) {
        this.gate = gate;
    }

    /** With nothing to adopt Vert.x makes its own choice. */
    @Override
    public boolean isAvailable() {
        try {
            return super.isAvailable() && !Inheritance.ofThisProcess().isEmpty();
        } catch (AdoptionException e) {
            // The application's start reports it; here only a missing transport would be seen.
            return false;
        }
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        super.configure(options, domainSocket, bootstrap);
        ServerKind kind = options.isSsl() ? ServerKind.TLS : ServerKind.PLAIN;
        Optional<Assignment.Share> share =
                domainSocket ? Optional.empty() : gate.claim(kind, options.getPort(), options.getHost());
        if (share.isEmpty()) {
            next.remove();
            return;
        }
        BINDING_OPTIONS.forEach(option -> bootstrap.option(option, null));
        gate.serves(kind, bootstrap);
        next.set(new FrontChannel(bootstrap.clone(), share.get().listeners(), gate));
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        FrontChannel front = next.get();
        next.remove();
        return front == null || domainSocket ? super.serverChannelFactory(domainSocket) : () -> front;
    }
}
