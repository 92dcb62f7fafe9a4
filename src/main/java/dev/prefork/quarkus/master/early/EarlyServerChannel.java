package dev.prefork.quarkus.master.early;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;

/** A server of Netty on a socket that listens already. Threading: as Netty's. */
public final class EarlyServerChannel extends NioServerSocketChannel {
    public EarlyServerChannel(ServerSocketChannel listening) {
        super(listening);
    }

    /** A second bind(2) of a socket is EINVAL. */
    @Override
    protected void doBind(SocketAddress bound) {
        // It has been bound when the master began.
    }
}
