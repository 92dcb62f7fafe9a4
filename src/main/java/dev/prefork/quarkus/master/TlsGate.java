package dev.prefork.quarkus.master;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * Puts a connection's gate behind its TLS, which is in the pipeline by the time the first byte arrives, and takes HTTP/2 out of
 * the negotiation: Quarkus offers it on every management port with TLS, and has no setting for that.
 *
 * <p>Threading: its connection's event loop.
 */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final String HTTP1 = "http/1.1";

    private final RequestGate gate;

    TlsGate(RequestGate gate) {
        this.gate = gate;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        // With server name indication it is only there after the client's first message: then at the next one.
        ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
        if (tls != null) {
            ((SslHandler) tls.handler()).engine().setHandshakeApplicationProtocolSelector(TlsGate::protocol);
            context.pipeline().addAfter(tls.name(), null, gate).remove(this);
        }
        context.fireChannelRead(message);
    }

    /** None, for which the word is the empty one, where the client does not offer ours. */
    private static String protocol(SSLEngine engine, List<String> offered) {
        return offered.contains(HTTP1) ? HTTP1 : "";
    }
}
