package dev.prefork.quarkus.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private static final String REMEDY = "; restrict the port to kubelets and Prometheus with a NetworkPolicy";

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7);
    private final RefusalLog log = new RefusalLog(lines::add, now::get);

    @Test
    void aMillionAMinuteAreOneLineAndTheNextOneCountsThem() {
        for (int n = 0; n < 1_000_000; n++) {
            log.refused(new InetSocketAddress("10.0.0.7", 4711), "a control character");
            now.addAndGet(59_999);
        }
        assertThat(lines)
                .containsExactly(
                        "management interface: refused a request from /10.0.0.7:4711: a control character" + REMEDY);

        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        log.refused(new InetSocketAddress("10.0.0.8", 4712), "a Transfer-Encoding");
        assertThat(lines)
                .hasSize(2)
                .last()
                .isEqualTo(
                        "management interface: refused a request from /10.0.0.8:4712: a Transfer-Encoding, and 999999"
                                + " more since the last such line" + REMEDY);

        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        log.refused(new InetSocketAddress("10.0.0.9", 4713), "a Transfer-Encoding");
        assertThat(lines).hasSize(3).last().asString().doesNotContain("more");
    }
}
