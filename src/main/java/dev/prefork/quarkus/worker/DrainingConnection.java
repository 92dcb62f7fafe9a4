package dev.prefork.quarkus.worker;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.util.Optional;
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
public final class DrainingConnection extends ChannelInboundHandlerAdapter {
    private final OpenConnections connections;
    private final Channel channel;
    private Optional<Runnable> farewell = Optional.empty();
    private long lastSeen = System.nanoTime();
    private int requests;
    private boolean announced;
    private boolean leaving;
    private boolean checking;
    private boolean overslept;
    private boolean opensMore;
    private boolean saidFarewell;
    private boolean upgraded;

    DrainingConnection(OpenConnections connections, Channel channel) {
        this.connections = connections;
        this.channel = channel;
    }

    /** A connection that was accepted just before the end is registered after {@link OpenConnections#leave}. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (connections.areLeaving()) {
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
        opensMore |= leaving;
    }

    /**
     * How the protocol itself says goodbye, HTTP/2's GOAWAY: done once, when the worker stops. Clients have been seen to drop
     * what is in flight at that word, so it is said between two requests; but after an answer at the latest when the client
     * goes on to open streams all the time. On the event loop, while a request is being answered.
     */
    public void sayOnLeaving(Runnable farewell) {
        if (!saidFarewell) {
            this.farewell = Optional.of(farewell);
        }
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
        if (leaving) {
            sayFarewell();
        }
        if (leaving || announced) {
            checkOut();
        }
    }

    private void sayFarewell() {
        if (farewell.isPresent() && (requests == 0 || opensMore)) {
            farewell.get().run();
            farewell = Optional.empty();
            saidFarewell = true;
            // The client has as long as any other to act on it; RFC 9113, section 6.8, asks for that.
            lastSeen = System.nanoTime();
        }
    }

    /** The worker stops. */
    void leave() {
        if (!leaving) {
            leaving = true;
            sayFarewell();
            checkOut();
        }
    }

    private void checkOut() {
        if (requests == 0 && announced) {
            channel.close(); // which flushes first
            return;
        }
        if (checking || upgraded) {
            return; // The check under way comes back here, and the end of an upgraded connection is settled.
        }
        if (requests > 0) {
            if (!endIfUpgraded() && leaving) {
                // A request may turn into a WebSocket even now, without any notice of it.
                checkAgainIn(connections.lingerNanos());
            }
            return;
        }
        long silence = System.nanoTime() - lastSeen;
        long patience = connections.lingerNanos();
        if (silence >= patience && hasSomethingUnderWay()) {
            lastSeen = System.nanoTime();
            silence = 0;
        }
        if (silence >= patience) {
            channel.close();
            return;
        }
        checkAgainIn(patience - silence);
    }

    private void checkAgainIn(long nanos) {
        checking = true;
        long due = System.nanoTime() + nanos;
        channel.eventLoop()
                .schedule(
                        () -> {
                            checking = false;
                            doubtALateCheck(due);
                            checkOut();
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    /**
     * A check that comes late says little: the pod was paused or got no processor, and its client, often on the same machine,
     * may have been no better off. It has its time again; once, so that on a machine that is always late there is an end too.
     */
    private void doubtALateCheck(long due) {
        if (!overslept && System.nanoTime() - due > connections.lingerNanos() / 4) {
            overslept = true;
            lastSeen = System.nanoTime();
        }
    }

    /**
     * A WebSocket, or another protocol that a request was upgraded to, has no end of its own: it is told, where it has a word
     * for that, and closed soon, regardless of what its client sends meanwhile. The word is 1012, "service restart" in IANA's registry of
     * close codes: unlike 1001, "going away", it asks the client to connect again, when it meets another worker.
     */
    private boolean endIfUpgraded() {
        if (!leaving || speaksHttp()) {
            return false;
        }
        upgraded = true;
        connections.upgradedOneLeaves();
        if (channel.pipeline().get(WebSocketFrameEncoder.class) != null) {
            channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.SERVICE_RESTART));
        }
        channel.eventLoop().schedule((Runnable) channel::close, connections.lingerNanos(), TimeUnit.NANOSECONDS);
        return true;
    }

    /** An upgrade is not announced, but the handler that takes a connection over takes the decoder of HTTP out. */
    private boolean speaksHttp() {
        ChannelPipeline pipeline = channel.pipeline();
        return pipeline.get(HttpObjectDecoder.class) != null || pipeline.get(Http2ConnectionHandler.class) != null;
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

    /** Ends the connection, also with a request under way on it. Any thread. */
    void throwOut() {
        channel.eventLoop()
                .execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
    }

    Channel channel() {
        return channel;
    }
}
