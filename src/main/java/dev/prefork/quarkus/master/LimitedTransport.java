package dev.prefork.quarkus.master;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * Any transport of Vert.x, with a say in how servers are set up.
 *
 * <p>Threading: as the transport's.
 *
 * @param servers called for each server, with what Vert.x has prepared
 * @param next Vert.x configures a server and asks for its channel right after that on the same thread; only the first call
 *     shows the server
 */
record LimitedTransport(Transport transport, Servers servers, ThreadLocal<ChannelFactory<? extends ServerChannel>> next)
        implements Transport {

    /** What is done to servers. */
    interface Servers {
        /** May change how it is set up; what is not empty is used instead of the transport's own channel. */
        Optional<ChannelFactory<? extends ServerChannel>> prepare(NetServerOptions options, ServerBootstrap bootstrap);
    }

    LimitedTransport(Transport transport, Servers servers) {
        this(transport, servers, new ThreadLocal<>());
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        transport.configure(options, domainSocket, bootstrap);
        next.remove();
        servers.prepare(options, bootstrap).ifPresent(next::set);
    }

    @Override
    public void configure(ClientOptionsBase options, boolean domainSocket, Bootstrap bootstrap) {
        transport.configure(options, domainSocket, bootstrap);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        transport.configure(channel, options);
    }

    @Override
    public boolean supportsDomainSockets() {
        return transport.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return transport.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return transport.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return transport.eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return transport.datagramChannel();
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return transport.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return transport.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> prepared = next.get();
        next.remove();
        return prepared == null || domainSocket ? transport.serverChannelFactory(domainSocket) : prepared;
    }
}
