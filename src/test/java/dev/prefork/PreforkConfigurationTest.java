package dev.prefork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.listen.ListenException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults, addresses, and what is refused before anything is started. */
class PreforkConfigurationTest {

    private static PreforkBuilder builder() {
        return Prefork.builder()
                .workers(2)
                .serve(listener -> {})
                .logger((level, line) -> {})
                .commandProducer(command -> null);
    }

    /** Binds, reports the address, and ends at the producer that gives nothing. */
    private static SocketAddress bound(PreforkBuilder builder, String address) {
        List<SocketAddress> seen = new ArrayList<>();
        Prefork prefork = builder.onListening(seen::add).build();
        assertThatThrownBy(() -> prefork.listenAndServe(address)).isInstanceOf(NoCommandException.class);
        return seen.get(0);
    }

    @Test
    void aTestIsNoChild() {
        assertThat(Prefork.isChild()).isFalse();
        assertThat(Prefork.slot()).isEmpty();
    }

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        Prefork prefork = Prefork.builder().serve(listener -> {}).build();

        assertThat(prefork.network).isEqualTo(Network.TCP4);
        assertThat(prefork.reusePort).isFalse();
        assertThat(prefork.workers).isPositive();
        assertThat(prefork.recoverThreshold).isEqualTo(Math.max(1, prefork.workers / 2));
        assertThat(prefork.recoverWindow).isEqualTo(Duration.ofSeconds(60));
        assertThat(prefork.recoverInterval).isZero();
        assertThat(prefork.recoverIntervalMax).isEqualTo(Duration.ofSeconds(30));
        assertThat(prefork.startTimeout).isEqualTo(Duration.ofSeconds(60));
        assertThat(prefork.shutdownGracePeriod).isEqualTo(Duration.ofSeconds(5));
        assertThat(prefork.backlog).isEqualTo(4096);
    }

    @Test
    void theThresholdFollowsTheNumberOfWorkers() {
        assertThat(builder().workers(1).build().recoverThreshold).isEqualTo(1);
        assertThat(builder().workers(9).build().recoverThreshold).isEqualTo(4);
        assertThat(builder().workers(9).recoverThreshold(0).build().recoverThreshold)
                .isZero();
    }

    @Test
    void portZeroIsReportedAsTheOneThatWasPicked() {
        InetSocketAddress address = (InetSocketAddress) bound(builder(), "127.0.0.1:0");

        assertThat(address.getPort()).isPositive();
        assertThat(address.getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
    }

    @Test
    void reusePortBindsOnePortForAll() {
        assertThat(((InetSocketAddress) bound(builder().reusePort(true).workers(4), "127.0.0.1:0")).getPort())
                .isPositive();
    }

    @Test
    void aUnixPathIsAnAddressToo(@TempDir Path directory) {
        Path path = directory.resolve("socket");

        assertThat(bound(builder(), "unix://" + path)).isEqualTo(UnixDomainSocketAddress.of(path));
        assertThat(Files.exists(path)).as("removed at the end").isFalse();
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(() -> builder().build().listenAndServe("definitely not an address"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPortInUseIsRefusedWithTheReason() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> builder().build().listenAndServe("127.0.0.1:" + taken.getLocalPort()))
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void servingNeedsAFunction() {
        assertThatThrownBy(() -> Prefork.builder().build().listenAndServe("127.0.0.1:0"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("serve");
        assertThatThrownBy(() -> builder().build().listenAndServeTls("127.0.0.1:0", new byte[0], new byte[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("serveTls");
    }

    @Test
    void badNumbersAreRefusedWhereTheyAreSet() {
        assertThatThrownBy(() -> Prefork.builder().workers(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Prefork.builder().backlog(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Prefork.builder().recoverThreshold(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Prefork.builder().recoverInterval(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("recoverInterval");
    }

    @Test
    void badTlsMaterialIsRefusedInTheMaster() {
        Prefork prefork = builder().serveTls((listener, tls) -> {}).build();
        byte[] junk = "junk".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> prefork.listenAndServeTls("127.0.0.1:0", junk, junk))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no certificate");
        assertThatThrownBy(() -> prefork.listenAndServeTls(
                        "127.0.0.1:0", Path.of("/nonexistent/cert.pem"), Path.of("/nonexistent/key.pem")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/nonexistent/cert.pem");
    }
}
