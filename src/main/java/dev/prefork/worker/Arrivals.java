package dev.prefork.worker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sits on a listener and counts the connections it accepts, from then until they are closed. Stateless; any event loop. */
@Sharable
final class Arrivals extends ChannelInboundHandlerAdapter {
    private final Doors doors;

    Arrivals(Doors doors) {
        this.doors = doors;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
        doors.arrived();
        ((Channel) accepted).closeFuture().addListener(closed -> doors.left());
        listener.fireChannelRead(accepted);
    }
}
