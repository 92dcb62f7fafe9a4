package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.config.Workload;
import dev.prefork.container.Readings;
import dev.prefork.supervise.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharesTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path directory;

    private final List<String> options = new ArrayList<>();
    private Shares shares;

    @BeforeEach
    void twoWorkersInOneGib() {
        Settings settings = new Places(directory).load("java", "-jar", "app.jar");
        Workload workload = new Workload(settings, Map.of("PATH", System.getenv("PATH")));
        shares = new Shares(
                workload,
                (program, variables) -> options.add(variables.getOrDefault("JAVA_TOOL_OPTIONS", "")),
                limit(GIB),
                2);
    }

    private static Readings limit(long bytes) {
        return new Readings(
                OptionalDouble.of(2),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.of(bytes),
                OptionalLong.of(64 * GIB));
    }

    private static long heap(String options) {
        return Long.parseLong(options.replaceFirst(".*-Xmx(\\d+)m.*", "$1"));
    }

    @Test
    void otherLimitsAreDividedAmongAsManyAsBefore() {
        shares.limitsAre(limit(2 * GIB));

        // (2048 - 160) / 2, less 64, three quarters.
        assertThat(options).singleElement().satisfies(given -> assertThat(heap(given))
                .isEqualTo(660));
        assertThat(shares.now().heap()).hasValue(660L << 20);
    }

    @Test
    void anotherNumberOfWorkersDividesTheSameLimits() {
        shares.on(new Report.Scaled(2, 4, "SIGTTIN"));
        shares.on(new Report.Scaled(4, 3, "SIGTTOU"));

        // (1024 - 160) / 4 or 3, less 64, three quarters.
        assertThat(options).extracting(SharesTest::heap).containsExactly(114L, 168L);
    }

    @Test
    void nothingElseChangesThem() {
        shares.on(new Report.ScaleRefused("SIGTTOU: 1 is the minimum number of workers"));

        assertThat(options).isEmpty();
    }
}
