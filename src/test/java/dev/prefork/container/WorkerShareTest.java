package dev.prefork.container;

import static dev.prefork.container.Tree.GIB;
import static dev.prefork.container.Tree.MIB;
import static dev.prefork.container.WorkerKind.COMMAND;
import static dev.prefork.container.WorkerKind.JVM_BUILT_IN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerShareTest {
    private static final WorkerShare SHARE = new WorkerShare(2, OptionalLong.of(256 * MIB));

    @ParameterizedTest
    @CsvSource({"8, 2, 4", "8, 3, 2", "8, 8, 1", "8, 20, 1", "2.5, 1, 2", "0.5, 1, 1"})
    void aWorkerGetsItsPartOfTheWholeCoresAndAtLeastOne(double quota, int workers, int cores) {
        assertThat(WorkerShare.of(readings(quota, OptionalLong.empty()), workers, COMMAND)
                        .cores())
                .isEqualTo(cores);
    }

    @Test
    void withoutAMemoryLimitTheHeapIsLeftToTheJvm() {
        WorkerShare share = WorkerShare.of(readings(4, OptionalLong.empty()), 2, JVM_BUILT_IN);

        assertThat(share.heap()).isEmpty();
        assertThat(share.jvmFlags(List.of(), Map.of())).containsExactly("-XX:ActiveProcessorCount=2");
    }

    @Test
    void withAMemoryLimitTheHeapsOfAllWorkersFitIntoIt() {
        WorkerShare share = WorkerShare.of(readings(4, OptionalLong.of(GIB)), 4, JVM_BUILT_IN);

        // (1024 - 160) / 4 = 216 for a worker; 64 of them stay outside; three quarters of 152 are 114.
        assertThat(share.heap()).hasValue(114 * MIB);
        assertThat(share.jvmFlags(List.of(), Map.of())).containsExactly("-XX:ActiveProcessorCount=1", "-Xmx114m");
    }

    @Test
    void theHeapNeverGetsAbsurdlySmall() {
        assertThat(WorkerShare.of(readings(4, OptionalLong.of(64 * MIB)), 4, JVM_BUILT_IN)
                        .heap())
                .hasValue(32 * MIB);
    }

    @Test
    void bothFlagsAreGivenWhenTheUserDecidedNeither() {
        assertThat(SHARE.jvmFlags(List.of("-Xms16m", "-jar", "app.jar"), Map.of("OTHER", "-Xmx1g")))
                .containsExactly("-XX:ActiveProcessorCount=2", "-Xmx256m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx1g",
                "-XX:MaxHeapSize=1g",
                "-XX:MaxRAM=1g",
                "-XX:MaxRAMPercentage=50",
                "-XX:MaxRAMFraction=2",
                "-mx1g"
            })
    void theUsersHeapIsLeftAlone(String flag) {
        assertThat(SHARE.jvmFlags(List.of(flag), Map.of())).containsExactly("-XX:ActiveProcessorCount=2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void whatTheEnvironmentDecidesIsLeftAlone(String variable) {
        String options = "-Dx=y  '-XX:ActiveProcessorCount=1'\t-XX:MaxRAMPercentage=60.0";

        assertThat(SHARE.jvmFlags(List.of(), Map.of(variable, options))).isEmpty();
    }

    @Test
    void theUsersNumberOfCoresIsLeftAlone() {
        assertThat(SHARE.jvmFlags(List.of("-XX:ActiveProcessorCount=4"), Map.of()))
                .containsExactly("-Xmx256m");
    }

    @Test
    void aFlagThatOnlyLooksSimilarDecidesNothing() {
        assertThat(SHARE.jvmFlags(List.of("-Dnote=-Xmx1g", "-XX:InitialRAMPercentage=5", "-Xms1g"), Map.of()))
                .contains("-Xmx256m");
    }

    private static Readings readings(double quota, OptionalLong limit) {
        return new Readings(
                OptionalDouble.of(quota), OptionalInt.of(16), OptionalInt.of(16), limit, OptionalLong.of(64 * GIB));
    }
}
