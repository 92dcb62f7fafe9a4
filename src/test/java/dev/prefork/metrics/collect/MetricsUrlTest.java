package dev.prefork.metrics.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class MetricsUrlTest {
    private static MetricsUrl.Target target(String template, int slot, int pid) {
        return MetricsUrl.parse(template).target(slot, pid);
    }

    @Test
    void slotAndPidAreFilledInWhereverTheyStand() {
        assertThat(target("http://127.0.0.1:910{slot}/m/{pid}?w={slot}&p={pid}", 3, 4711))
                .isEqualTo(new MetricsUrl.Target(
                        new InetSocketAddress("127.0.0.1", 9103), "127.0.0.1:9103", "/m/4711?w=3&p=4711"));
        assertThat(target("unix:/run/a-{slot}-{pid}.sock:/m?p={pid}", 3, 4711))
                .isEqualTo(new MetricsUrl.Target(
                        UnixDomainSocketAddress.of("/run/a-3-4711.sock"), "localhost", "/m?p=4711"));
    }

    @Test
    void aPathAndAPortMayBeMissing() {
        assertThat(target("http://127.0.0.1", 0, 1))
                .isEqualTo(new MetricsUrl.Target(new InetSocketAddress("127.0.0.1", 80), "127.0.0.1", "/"));
        assertThat(target("http://127.0.0.1:81?x=%20y", 0, 1).path()).isEqualTo("/?x=%20y");
    }

    @Test
    void anAddressOfVersionSixIsInBrackets() {
        MetricsUrl.Target target = target("http://[::1]:9100/metrics", 0, 1);
        assertThat(target.address()).isEqualTo(new InetSocketAddress("::1", 9100));
        assertThat(target.host()).isEqualTo("[::1]:9100");
    }

    @Test
    void aSlotBeyondTheLastPortHasNoAddress() {
        MetricsUrl url = MetricsUrl.parse("http://127.0.0.1:910{slot}/metrics");
        assertThat(url.target(9, 1).address()).isEqualTo(new InetSocketAddress("127.0.0.1", 9109));
        assertThatThrownBy(() -> url.target(10, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a port: 91010");
    }

    @Test
    void aNameTakesNoResolverButForLocalhost() {
        assertThat(((InetSocketAddress) target("http://localhost:9100", 0, 1).address()).getAddress())
                .satisfies(address -> assertThat(address.isLoopbackAddress()).isTrue());
    }
}
