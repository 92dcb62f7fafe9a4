package dev.prefork.quarkus.master;

import dev.prefork.app.RunningMaster;
import dev.prefork.quarkus.master.early.EarlyPort;
import dev.prefork.quarkus.master.early.EarlyServerChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * Limits what clients of a master's management port can take of its process, which is PID 1. Quarkus offers no hook for that
 * server, so this is one for the transport below it. Found by the service loader; changes nothing in a process that is not a
 * master.
 *
 * <p>Threading: called while Vert.x is made, then on the event loops.
 */
public final class ManagementPort implements VertxServiceProvider {
    /** What arrives beyond that stays in the kernel until it is asked for. */
    private static final int BYTES_PER_READ = 4096;

    @Override
    public void init(VertxBuilder builder) {
        if (RunningMaster.exists()) {
            limitConnections(builder);
        }
    }

    private static void limitConnections(VertxBuilder builder) {
        Config config = ConfigProvider.getConfig();
        int port = config.getValue("quarkus.management.port", Integer.class);
        Logger log = Logger.getLogger(ManagementPort.class);
        PortLimits limits = PortLimits.of(config);
        builder.findTransport(new LimitedTransport(builder.findTransport(), (options, bootstrap) -> {
            if (!isManagement(options.getPort(), port)) {
                return Optional.empty();
            }
            // A connection that begins with a proxy's header is for that proxy to limit.
            if (!options.isUseProxyProtocol()) {
                limit(options, bootstrap, limits, new RefusalLog(log::warn, System::nanoTime));
            }
            return Management.early().flatMap(early -> takeOver(early, options));
        }));
    }

    /** Whether this is the one HTTP server of a master. For a port that the kernel is to choose Quarkus gives a negative one. */
    static boolean isManagement(int given, int configured) {
        return given == configured || configured == 0 && given < 0;
    }

    /** What was bound before is Quarkus' if it is what Quarkus wants; else it must not be in the way. */
    static Optional<ChannelFactory<? extends ServerChannel>> takeOver(EarlyPort early, NetServerOptions options) {
        boolean same = !options.isSsl()
                && !options.isUseProxyProtocol()
                && new InetSocketAddress(options.getHost(), early.asked().getPort()).equals(early.asked());
        if (!same) {
            early.close();
            return Optional.empty();
        }
        return early.handOver().map(listening -> () -> new EarlyServerChannel(listening));
    }

    /** Before the server's own handlers, which Vert.x adds when the connection is registered. */
    static void limit(NetServerOptions options, ServerBootstrap bootstrap, PortLimits limits, RefusalLog log) {
        bootstrap
                .childOption(
                        ChannelOption.RCVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(BYTES_PER_READ).maxMessagesPerRead(1))
                .handler(new PortConnections(limits.connections(), channel -> {
                    RequestGate gate = new RequestGate(channel, limits, log);
                    channel.pipeline().addLast(options.isSsl() ? new TlsGate(gate) : gate);
                    return gate;
                }));
    }
}
