package dev.prefork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.listen.ListenOptions;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
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
import java.util.OptionalInt;
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
        assertThat(Prefork.generation()).isEmpty();
    }

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        Prefork prefork = Prefork.builder().serve(listener -> {}).build();

        Policy policy = prefork.configuration.policy();
        assertThat(prefork.network).isEqualTo(Network.TCP4);
        assertThat(prefork.configuration.listening())
                .isEqualTo(new ListenOptions(4096, false, policy.workers().initial()));
        assertThat(policy.workers().initial()).isPositive();
        assertThat(policy.recovery().threshold())
                .hasValue(Math.max(1, policy.workers().initial() / 2));
        assertThat(policy.recovery().window()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy.recovery().interval()).isZero();
        assertThat(policy.recovery().intervalMax()).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.starting().timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy.starting().readiness()).isEqualTo(Readiness.notification());
        assertThat(policy.stopping().gracePeriod()).isEqualTo(Duration.ofSeconds(5));
    }

    private static OptionalInt threshold(PreforkBuilder builder) {
        return builder.build().configuration.policy().recovery().threshold();
    }

    @Test
    void theThresholdFollowsTheNumberOfWorkers() {
        assertThat(threshold(builder().workers(1))).hasValue(1);
        assertThat(threshold(builder().workers(9))).hasValue(4);
        assertThat(threshold(builder().workers(9).recoverThreshold(0))).hasValue(0);
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
                .isInstanceOf(ListenFailedException.class)
                .hasMessage(
                        "bad listen address 'tcp4://definitely not an address': it has no port; append one, such as :8080,"
                                + " or :0 for any free one");
    }

    @Test
    void noAddressAtAllIsRefusedLikewise() {
        assertThatThrownBy(() -> builder().build().listenAndServe(null))
                .isInstanceOf(ListenFailedException.class)
                .hasMessage("the listen address is null; pass one such as 127.0.0.1:8080");
    }

    @Test
    void theNameOfAListenerIsChecked() {
        assertThatThrownBy(() -> builder().name("not a name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bad listener name 'not a name'");
    }

    @Test
    void oneChildIsNotCalledChildren() {
        Prefork prefork = builder()
                .workers(1)
                .recoverThreshold(0)
                .commandProducer(command -> command.run("/bin/true", List.of()).start())
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe("127.0.0.1:0"))
                .isInstanceOf(OverRecoveryException.class)
                .hasMessageStartingWith("1 child exited unexpectedly, more than the recover threshold of 0");
    }

    @Test
    void aPortInUseIsRefusedWithTheReason() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> builder().build().listenAndServe("127.0.0.1:" + taken.getLocalPort()))
                    .isInstanceOf(ListenFailedException.class)
                    .hasMessageContaining("Address already in use")
                    .hasMessageEndingWith("or choose another port");
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
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("no certificate");
        assertThatThrownBy(() -> prefork.listenAndServeTls(
                        "127.0.0.1:0", Path.of("/nonexistent/cert.pem"), Path.of("/nonexistent/key.pem")))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("cannot read /nonexistent/cert.pem: there is no such file");
        assertThatThrownBy(() -> prefork.listenAndServeTls("127.0.0.1:0", Path.of("/"), Path.of("/")))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("cannot read /: it is a directory");
    }
}
