package dev.prefork.quarkus.worker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sits on a listener and tells of the connections it accepts. Stateless; any event loop. */
@Sharable
final class Arrivals extends ChannelInboundHandlerAdapter {
    private final OpenConnections connections;

    Arrivals(OpenConnections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
        connections.admit((Channel) accepted);
        listener.fireChannelRead(accepted);
    }
}
