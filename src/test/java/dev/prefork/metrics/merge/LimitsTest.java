package dev.prefork.metrics.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.TestChild;
import dev.prefork.os.TestJvm;
import dev.prefork.os.WaitStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void theyFollowFromTheHeapAndHaveAnEnd() {
        Limits small = Limits.of(64 << 20);
        Limits usual = Limits.of(124 << 20);
        assertThat(usual.kept()).isEqualTo(2 * small.kept() - (512 << 10));
        assertThat(usual.one()).isBetween(2 << 20, 4 << 20);
        assertThat(Limits.of(Long.MAX_VALUE)).isEqualTo(Limits.of(1 << 30));
        assertThat(usual.shown(1)).isEqualTo(usual.shown(2)).isEqualTo(64 * usual.shown(128));
        assertThat(usual.series()).isEqualTo(50_000);
    }

    /** With the heap that a JVM takes by itself in a pod of 256 MiB. */
    @Test
    void allOfThemTogetherLeaveRoomOnTheHeap() {
        List<String> command = new ArrayList<>(TestJvm.command(FilledLimits.class.getName()));
        command.addAll(1, List.of("-Xmx124m", "-XX:+UseSerialGC"));
        try (TestChild filled = TestChild.start(command, Map.of())) {
            String said = filled.readAll();
            System.out.println("LimitsTest: " + said.strip());
            assertThat(filled.awaitEnd()).isEqualTo(new WaitStatus.Exited(0));
            assertThat(said).startsWith("heap ").doesNotContain("left out 0,");
        }
    }
}
