package dev.prefork.worker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sits on a listener and counts the accepted connections that have not said anything yet. Sharable, stateless. */
@Sharable
final class Newcomers extends ChannelInboundHandlerAdapter {
    private final Doors doors;

    Newcomers(Doors doors) {
        this.doors = doors;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
        Channel connection = (Channel) accepted;
        doors.arrived();
        connection.pipeline().addLast(new FirstWord(doors, connection));
        listener.fireChannelRead(accepted);
    }

    /** Leaves the pipeline at the first read, so that a connection pays once. */
    private static final class FirstWord extends ChannelInboundHandlerAdapter {
        private final Doors doors;
        private boolean counted = true;

        FirstWord(Doors doors, Channel connection) {
            this.doors = doors;
            // Covers the connections that never get into a pipeline at all, for which no event below would come.
            connection.closeFuture().addListener(closed -> done());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            done();
            context.pipeline().remove(this);
            context.fireChannelRead(bytes);
        }

        private synchronized void done() {
            if (counted) {
                counted = false;
                doors.spoke();
            }
        }
    }
}
