package dev.prefork.quarkus.worker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;

/**
 * What became of a connection on which a request began: seen from its pipeline, since it is not announced. A handler that takes a
 * connection over, for WebSockets or for a protocol of the application's, takes the decoder of HTTP out.
 *
 * <p>Threading: the connection's event loop.
 */
final class Upgrade {
    private Upgrade() {}

    /** Whether the connection speaks no HTTP any more. */
    static boolean isDone(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        return pipeline.get(HttpObjectDecoder.class) == null && pipeline.get(Http2ConnectionHandler.class) == null;
    }

    /** Sends a WebSocket's close frame with the status 1001 of RFC 6455; other protocols have no word that we know. */
    static void sayGoingAway(Channel channel) {
        if (channel.pipeline().get(WebSocketFrameEncoder.class) != null) {
            channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
        }
    }
}
