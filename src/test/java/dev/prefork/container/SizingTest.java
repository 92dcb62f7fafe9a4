package dev.prefork.container;

import static dev.prefork.container.Tree.GIB;
import static dev.prefork.container.Tree.MIB;
import static dev.prefork.container.WorkerKind.COMMAND;
import static dev.prefork.container.WorkerKind.JVM_BUILT_IN;
import static dev.prefork.container.WorkerKind.NATIVE_BUILT_IN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingTest {
    private static final Readings MACHINE = new Readings(
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalInt.of(8),
            OptionalLong.empty(),
            OptionalLong.of(16 * GIB));

    @ParameterizedTest
    @CsvSource({"0.01, 1", "0.5, 1", "1, 1", "1.99, 1", "2, 2", "2.5, 2", "4, 4", "12, 8"})
    void thereIsOneWorkerPerWholeCoreOfTheQuotaAndAtLeastOne(double quota, int workers) {
        assertThat(Sizing.auto(quota(quota), COMMAND).workers()).isEqualTo(workers);
    }

    @Test
    void theNarrowestOfQuotaCpusetAndAffinityCounts() {
        Readings cpuset = new Readings(
                OptionalDouble.of(4), OptionalInt.of(3), OptionalInt.of(8), OptionalLong.empty(), OptionalLong.empty());
        Readings affinity = new Readings(
                OptionalDouble.of(4), OptionalInt.of(3), OptionalInt.of(2), OptionalLong.empty(), OptionalLong.empty());

        assertThat(Sizing.auto(cpuset, COMMAND)).satisfies(sizing -> {
            assertThat(sizing.workers()).isEqualTo(3);
            assertThat(sizing.explanation()).containsExactly("3 workers: 3 cores by the cpuset");
        });
        assertThat(Sizing.auto(affinity, COMMAND)).satisfies(sizing -> {
            assertThat(sizing.workers()).isEqualTo(2);
            assertThat(sizing.explanation()).containsExactly("2 workers: 2 cores this process may run on");
        });
    }

    @Test
    void theExplanationNamesQuotaAndMemory() {
        Readings readings = limited(OptionalDouble.of(2.5), GIB);

        assertThat(Sizing.auto(readings, JVM_BUILT_IN).explanation())
                .containsExactly("2 workers: 2.5 cores by the CPU quota, 2 whole; memory limit 1 GiB carries 4");
    }

    @Test
    void aLimitEqualToTheAffinityIsNamedAsTheQuota() {
        assertThat(Sizing.auto(quota(8), COMMAND).explanation()).containsExactly("8 workers: 8 cores by the CPU quota");
    }

    @Test
    void aQuotaBelowOneCoreIsExplained() {
        assertThat(Sizing.auto(quota(0.25), COMMAND).explanation())
                .containsExactly("1 worker: 0.25 cores by the CPU quota, at least 1 worker");
    }

    @Test
    void thereAreNoMoreWorkersThanTheMemoryLimitCarries() {
        Sizing sizing = Sizing.auto(limited(OptionalDouble.empty(), 768 * MIB), JVM_BUILT_IN);

        assertThat(sizing.workers()).isEqualTo(3);
        assertThat(sizing.explanation())
                .containsExactly(
                        "3 workers: 8 cores this process may run on; memory limit 768 MiB allows only 3",
                        "memory is estimated at 160 MiB for the master and 192 MiB for each worker;"
                                + " --workers overrides it");
    }

    @Test
    void thereIsOneWorkerEvenWhenTheMemoryIsShort() {
        Sizing sizing = Sizing.auto(limited(OptionalDouble.empty(), 100 * MIB), JVM_BUILT_IN);

        assertThat(sizing.workers()).isEqualTo(1);
        assertThat(sizing.explanation().get(0))
                .isEqualTo("1 worker: 8 cores this process may run on; memory limit 100 MiB is not enough even for 1");
    }

    @Test
    void aMachineOfLittleMemoryLimitsAsWell() {
        Readings small = new Readings(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.of(64),
                OptionalLong.empty(),
                OptionalLong.of(GIB));

        assertThat(Sizing.auto(small, JVM_BUILT_IN)).satisfies(sizing -> {
            assertThat(sizing.workers()).isEqualTo(4);
            assertThat(sizing.explanation().get(0)).endsWith("; memory of 1 GiB allows only 4");
        });
    }

    @Test
    void withoutALimitAnAmpleMachineIsNotWorthAWord() {
        assertThat(Sizing.auto(MACHINE, JVM_BUILT_IN).explanation())
                .containsExactly("8 workers: 8 cores this process may run on");
    }

    @Test
    void theKindOfWorkerDecidesHowManyTheMemoryCarries() {
        Readings readings = limited(OptionalDouble.empty(), 512 * MIB);

        assertThat(Sizing.auto(readings, JVM_BUILT_IN).workers()).isEqualTo(1);
        assertThat(Sizing.auto(readings, COMMAND).workers()).isEqualTo(6);
        assertThat(Sizing.auto(readings, NATIVE_BUILT_IN).workers()).isEqualTo(7);
    }

    @Test
    void whenNothingCanBeReadThereIsOneWorker() {
        Readings nothing = new Readings(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());

        assertThat(Sizing.auto(nothing, COMMAND).workers()).isEqualTo(1);
        assertThat(Sizing.auto(nothing, COMMAND).explanation())
                .containsExactly("1 worker: the number of cores could not be read");
    }

    @Test
    void aNumberAskedForIsKeptAndComparedWhenItIsMore() {
        assertThat(Sizing.of(OptionalInt.of(2), MACHINE, COMMAND, 0).explanation())
                .containsExactly("2 workers, as configured");
        assertThat(Sizing.of(OptionalInt.of(9), MACHINE, COMMAND, 0)).satisfies(sizing -> {
            assertThat(sizing.workers()).isEqualTo(9);
            assertThat(sizing.explanation())
                    .containsExactly(
                            "9 workers, as configured", "auto would be 8 workers: 8 cores this process may run on");
        });
    }

    @Test
    void amountsReadTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(Sizing.auto(limited(OptionalDouble.of(2.5), 3 * GIB / 2), COMMAND)
                            .explanation())
                    .containsExactly("2 workers: 2.5 cores by the CPU quota, 2 whole; memory limit 1.5 GiB carries 22");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Readings quota(double cores) {
        return new Readings(
                OptionalDouble.of(cores),
                OptionalInt.empty(),
                OptionalInt.of(8),
                OptionalLong.empty(),
                OptionalLong.of(16 * GIB));
    }

    private static Readings limited(OptionalDouble quota, long memory) {
        return new Readings(
                quota, OptionalInt.of(8), OptionalInt.of(8), OptionalLong.of(memory), OptionalLong.of(16 * GIB));
    }

    @Test
    void standbysTakeTheirPartOfTheMemoryAndNoCore() {
        Readings readings = new Readings(
                OptionalDouble.of(4),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.of(1L << 30),
                OptionalLong.empty());

        Sizing sizing = Sizing.of(OptionalInt.empty(), readings, WorkerKind.JVM_BUILT_IN, 2);

        // (1024 - 160) / 192 are 4.
        assertThat(sizing.workers()).isEqualTo(2);
        assertThat(sizing.explanation().get(0)).endsWith("memory limit 1 GiB allows only 2 beside 2 standbys");
        assertThat(WorkerShare.of(readings, 2, WorkerKind.JVM_BUILT_IN, 2).cores())
                .isEqualTo(2);
        assertThat(WorkerShare.of(readings, 2, WorkerKind.JVM_BUILT_IN, 2).heap())
                .isEqualTo(WorkerShare.of(readings, 4, WorkerKind.JVM_BUILT_IN).heap());
        assertThat(WorkerShare.of(readings, 2, WorkerKind.JVM_BUILT_IN, 2)
                        .explanation()
                        .get(0))
                .endsWith("/ (2 workers + 2 standbys), less 64 MiB outside the heap, three quarters for the heap");
    }
}
