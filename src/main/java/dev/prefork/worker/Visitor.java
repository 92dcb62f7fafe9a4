package dev.prefork.worker;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.UnixChannel;
import java.util.concurrent.TimeUnit;

/**
 * One accepted connection, from its arrival to its end. It sits first in the connection's pipeline, sees when something
 * arrives, is told of the requests, and brings the connection to its end once the worker stops.
 *
 * <p>A connection between two requests may have one on the wire, which nothing on this side shows, and closing it would lose
 * that request. So it is closed when nothing has come for a while: a busy client brings its next request in no time, and
 * learns from the answer to connect anew. To be closed at once, it takes an answer that announced it.
 *
 * <p>Threading: its state belongs to the connection's event loop; methods that others may call say so.
 */
public final class Visitor extends ChannelInboundHandlerAdapter {
    private final Visitors visitors;
    private final Channel channel;
    private Runnable farewell = () -> {};
    private long lastSeen = System.nanoTime();
    private int requests;
    private boolean announced;
    private boolean leaving;
    private boolean checking;

    Visitor(Visitors visitors, Channel channel) {
        this.visitors = visitors;
        this.channel = channel;
    }

    /** A connection that was accepted just before the end is registered after {@link Visitors#leave}. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (visitors.areLeaving()) {
            leave();
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        lastSeen = System.nanoTime();
        context.fireChannelRead(message);
    }

    /** A request is being answered from now on. On the event loop. */
    public void requestBegan() {
        requests++;
    }

    /** How the protocol itself says goodbye, HTTP/2's GOAWAY: done once, when the worker stops. On the event loop. */
    public void sayOnLeaving(Runnable farewell) {
        this.farewell = farewell;
    }

    /** A request was answered; its last byte is on its way or was handed over to be. Any thread. */
    public void requestEnded(boolean announcedClose) {
        if (channel.eventLoop().inEventLoop()) {
            ended(announcedClose);
        } else {
            channel.eventLoop().execute(() -> ended(announcedClose));
        }
    }

    private void ended(boolean announcedClose) {
        requests--;
        announced |= announcedClose;
        lastSeen = System.nanoTime();
        if (leaving || announced) {
            checkOut();
        }
    }

    /** The worker stops. */
    void leave() {
        if (!leaving) {
            leaving = true;
            farewell.run();
            checkOut();
        }
    }

    private void checkOut() {
        if (requests > 0 || checking) {
            return; // The end of the request, or the check under way, comes back here.
        }
        if (announced) {
            channel.close(); // which flushes first
            return;
        }
        long silence = System.nanoTime() - lastSeen;
        long patience = visitors.lingerNanos();
        if (silence >= patience && hasSomethingUnderWay()) {
            lastSeen = System.nanoTime();
            silence = 0;
        }
        if (silence >= patience) {
            channel.close();
            return;
        }
        checking = true;
        channel.eventLoop()
                .schedule(
                        () -> {
                            checking = false;
                            checkOut();
                        },
                        patience - silence,
                        TimeUnit.NANOSECONDS);
    }

    /** An answer that the client has not taken yet, or bytes of a request that a busy event loop has not read. */
    private boolean hasSomethingUnderWay() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out != null && !out.isEmpty() || hasUnread();
    }

    private boolean hasUnread() {
        if (!(channel instanceof UnixChannel unix) || !channel.isOpen()) {
            return false;
        }
        try {
            return Posix.system().hasUnread(unix.fd().intValue());
        } catch (ErrnoException e) {
            // The client has broken the connection, so that it waits for nothing.
            return false;
        }
    }

    /** Ends the connection whatever is under way on it. Any thread. */
    void throwOut() {
        channel.eventLoop()
                .execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
    }

    Channel channel() {
        return channel;
    }
}
