package dev.prefork.worker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sits on a listener and tells of the connections it accepts. Stateless; any event loop. */
@Sharable
final class Arrivals extends ChannelInboundHandlerAdapter {
    private final Visitors visitors;

    Arrivals(Visitors visitors) {
        this.visitors = visitors;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
        visitors.admit((Channel) accepted);
        listener.fireChannelRead(accepted);
    }
}
