package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.TestChild;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What real processes have spent; they are the leaders of sessions, as workers are. */
class StartFiguresTest {
    private static final Path PROC = Path.of("/proc");

    private static StartFigures of(TestChild child) {
        return StartFigures.of(PROC, child.pid()).orElseThrow();
    }

    @Test
    void oneThatOnlyWaitsIsAtRestAndHasCostNextToNothing() {
        try (TestChild child = TestChild.sh("echo up; exec sleep 60")) {
            child.readLine();
            await().until(() -> of(child).atRest());

            assertThat(of(child).cpuNanos())
                    .isPositive()
                    .isLessThan(Duration.ofMillis(500).toNanos());
        }
    }

    @Test
    void oneThatComputesIsNotAtRestAndCostsMoreAndMore() {
        try (TestChild child = TestChild.sh("echo up; while :; do :; done")) {
            child.readLine();
            long early = of(child).cpuNanos();
            await().until(() ->
                    of(child).cpuNanos() > early + Duration.ofMillis(50).toNanos());

            assertThat(of(child).atRest()).isFalse();
        }
    }

    @Test
    void whatItsChildrenSpendIsItsCostToo() {
        try (TestChild child = TestChild.sh("(while :; do :; done) & echo up; wait")) {
            child.readLine();
            await().until(() -> of(child).cpuNanos() > Duration.ofMillis(100).toNanos());

            assertThat(of(child).atRest()).as("its child computes").isFalse();
        }
    }

    @Test
    void ofOneThatIsGoneNothingIsKnown() {
        assertThat(StartFigures.of(PROC, Integer.MAX_VALUE)).isEmpty();
    }
}
