package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortConnectionsTest {
    private static final String KUBELET = "10.0.0.1";
    private static final String ATTACKER = "10.6.6.6";

    private final RefusalLog log = new RefusalLog(line -> {}, System::nanoTime);
    private final PortConnections connections =
            new PortConnections(3, channel -> new RequestGate(channel, HeadReaderTest.LIMITS, log));
    private final EmbeddedChannel listener = new EmbeddedChannel(connections);

    @Test
    void theOldestThatWaitsForARequestGoesForANewOne() {
        Connection asking = accept(ATTACKER).ask();
        Connection silent = accept(ATTACKER);
        Connection later = accept(ATTACKER);

        Connection fourth = accept(KUBELET);

        assertThat(silent.isOpen()).isFalse();
        assertThat(asking.isOpen() && later.isOpen() && fourth.isOpen()).isTrue();
        assertThat(connections.count()).isEqualTo(3);
    }

    @Test
    void whereAllAreBeingAnsweredTheOldestGoes() {
        Connection first = accept(ATTACKER).ask();
        accept(ATTACKER).ask();
        accept(ATTACKER).ask();

        assertThat(accept(ATTACKER).isOpen()).isTrue();
        assertThat(first.isOpen()).isFalse();
    }

    @Test
    void aClientWithManyConnectionsMakesRoomAndNotOneWithFew() {
        Connection prometheus = accept(KUBELET);
        accept(ATTACKER).ask();
        accept(ATTACKER).ask();
        for (int n = 0; n < 100; n++) {
            accept(ATTACKER).ask();
        }
        assertThat(prometheus.isOpen()).isTrue();
        assertThat(accept(KUBELET).isOpen()).isTrue();
        assertThat(prometheus.isOpen()).isTrue();
        assertThat(connections.count()).isEqualTo(3);
    }

    @Test
    void ofTwoClientsWithAsManyTheNewcomersMakesRoom() {
        Connection silent = accept(KUBELET);
        accept(ATTACKER).ask();

        accept("10.0.0.3").ask();
        Connection newcomer = accept(ATTACKER);

        assertThat(silent.isOpen()).isTrue();
        assertThat(newcomer.isOpen()).isTrue();
    }

    @Test
    void whatHasEndedCountsNoMore() {
        Connection first = accept(KUBELET);
        accept(KUBELET);
        accept(KUBELET);
        first.close();

        accept(KUBELET);

        assertThat(connections.count()).isEqualTo(3);
    }

    @Test
    void noMoreAreAcceptedThanTheirEventLoopsTakeOver() throws Exception {
        List<EmbeddedChannel> arriving = new ArrayList<>();
        while (listener.config().isAutoRead()) {
            arriving.add(new EmbeddedChannel(false, false));
            listener.writeInbound(arriving.get(arriving.size() - 1));
        }
        assertThat(arriving).hasSize(16);
        assertThat(connections.count()).isZero();

        arriving.get(3).register();
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(connections.count()).isEqualTo(1);

        listener.writeInbound(new EmbeddedChannel(false, false));
        assertThat(listener.config().isAutoRead()).isFalse();
        arriving.get(4).register();
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    @Test
    void clientsOfAUnixSocketAreOne() {
        accept(null);
        accept(null);
        Connection other = accept(KUBELET);
        accept(null);

        assertThat(other.isOpen()).isTrue();
        assertThat(connections.count()).isEqualTo(3);
    }

    private Connection accept(String address) {
        Connection accepted = new Connection(address == null ? null : new InetSocketAddress(address, 4711));
        listener.writeInbound(accepted);
        assertThat((Object) listener.readInbound()).isSameAs(accepted);
        accepted.pipeline().addFirst(RequestGate.of(accepted).orElseThrow());
        return accepted;
    }

    /** An accepted one. */
    private static final class Connection extends EmbeddedChannel {
        private final SocketAddress client;

        Connection(SocketAddress client) {
            this.client = client;
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return client;
        }

        Connection ask() {
            writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.0\r\n\r\n", StandardCharsets.US_ASCII));
            return this;
        }
    }
}
