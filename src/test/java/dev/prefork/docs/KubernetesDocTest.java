package dev.prefork.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guide has the memory budgets of the program. */
class KubernetesDocTest {
    private static final int MIB = 1 << 20;

    private final Document guide = Document.read("docs/KUBERNETES.md");
    private final List<List<String>> rows = guide.rowsBelow("## Resources and workers");

    private static String called(WorkerKind kind) {
        return switch (kind) {
            case JVM_BUILT_IN -> "built in, or an application's own jar";
            case NATIVE_BUILT_IN -> "the same as a native executable";
            case JVM_COMMAND -> "`java` as a command";
            case COMMAND -> "any other command";
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfWorkerHasItsRow(WorkerKind kind) {
        assertThat(rows)
                .contains(
                        List.of(called(kind), kind.workerMemory() / MIB + " MiB", kind.masterMemory() / MIB + " MiB"));
    }

    @Test
    void noOtherKindIsThere() {
        assertThat(rows).hasSize(1 + WorkerKind.values().length);
    }

    @Test
    void theExamplesAreRight() {
        assertThat(guide.proseText())
                .contains("So 2 cores and 768 MiB, the default, are two workers.")
                .contains("768 MiB are enough for three workers, 1 GiB for four.");
        assertThat(workers(2, 768)).isEqualTo(2);
        assertThat(workers(8, 768)).isEqualTo(3);
        assertThat(workers(8, 1024)).isEqualTo(4);
    }

    private static int workers(int cores, long mebibytes) {
        Readings limits = new Readings(
                OptionalDouble.of(cores),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.of(mebibytes * MIB),
                OptionalLong.empty());
        return Sizing.auto(limits, WorkerKind.JVM_BUILT_IN).workers();
    }
}
