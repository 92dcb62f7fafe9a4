package dev.prefork.container;

import static dev.prefork.container.Tree.GIB;
import static dev.prefork.container.Tree.MIB;
import static dev.prefork.container.WorkerKind.COMMAND;
import static dev.prefork.container.WorkerKind.JVM_BUILT_IN;
import static dev.prefork.container.WorkerKind.JVM_COMMAND;
import static dev.prefork.container.WorkerKind.NATIVE_BUILT_IN;
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
    private static final String CORES = "-XX:ActiveProcessorCount=2";
    private static final String HEAP = "-Xmx276m";
    private static final String SERIAL = "-XX:+UseSerialGC";
    private static final String METASPACE = "-XX:MaxMetaspaceSize=156m";

    /** (1024 - 160) / 2 = 432 for each; 276 are three quarters of 368, and 156 are left. */
    private static final WorkerShare SHARE = share(4, GIB, 2, JVM_BUILT_IN);

    @ParameterizedTest
    @CsvSource({"8, 2, 4", "8, 3, 2", "8, 8, 1", "8, 20, 1", "2.5, 1, 2", "0.5, 1, 1"})
    void aWorkerGetsItsPartOfTheWholeCoresAndAtLeastOne(double quota, int workers, int cores) {
        assertThat(WorkerShare.of(readings(quota, OptionalLong.empty()), workers, COMMAND)
                        .cores())
                .isEqualTo(cores);
    }

    @Test
    void withoutAMemoryLimitEverythingButTheCoresIsLeftToTheJvm() {
        WorkerShare share = WorkerShare.of(readings(4, OptionalLong.empty()), 4, JVM_BUILT_IN);

        assertThat(share.heap()).isEmpty();
        assertThat(share.jvmFlags(List.of(), Map.of())).containsExactly("-XX:ActiveProcessorCount=1");
    }

    @Test
    void withAMemoryLimitTheHeapsOfAllWorkersFitIntoIt() {
        WorkerShare share = share(4, GIB, 4, JVM_BUILT_IN);

        // (1024 - 160) / 4 = 216 for a worker; 64 of them stay outside; three quarters of 152 are 114.
        assertThat(share.heap()).hasValue(114 * MIB);
        assertThat(share.jvmFlags(List.of(), Map.of()))
                .containsExactly("-XX:ActiveProcessorCount=1", "-Xmx114m", SERIAL);
    }

    @Test
    void theHeapNeverGetsAbsurdlySmall() {
        assertThat(share(4, 64 * MIB, 4, JVM_BUILT_IN).heap()).hasValue(32 * MIB);
        assertThat(share(4, 300 * MIB, 1, JVM_BUILT_IN).heap()).hasValue(57 * MIB);
    }

    @Test
    void aJvmCommandIsReckonedWithLikeTheBuiltInWorkersMaster() {
        assertThat(share(4, GIB, 2, JVM_COMMAND).heap()).hasValue(276 * MIB);
        assertThat(Sizing.auto(readings(8, OptionalLong.of(GIB)), JVM_COMMAND).workers())
                .as("(1024 - 160) / 256")
                .isEqualTo(3);
    }

    @Test
    void allFlagsAreGivenWhenTheUserDecidedNone() {
        assertThat(SHARE.jvmFlags(List.of("-Xms16m", "-jar", "app.jar"), Map.of("OTHER", "-Xmx1g")))
                .containsExactly(CORES, HEAP, SERIAL, METASPACE);
    }

    /** As the JVM's own rule has it for a machine: two cores and 1792 MiB. */
    @ParameterizedTest
    @CsvSource({
        "8, 2, 4096, false", // 4 cores and 1968 MiB each
        "8, 2, 3744, false", // 1792 MiB
        "8, 2, 3742, true", // 1791 MiB
        "2, 2, 16384, true" // one core, whatever the memory
    })
    void theCollectorIsSerialForWhatTheJvmWouldNotCallAServer(
            double quota, int workers, long mebibytes, boolean serial) {
        List<String> flags =
                share(quota, mebibytes * MIB, workers, JVM_BUILT_IN).jvmFlags(List.of(), Map.of());

        assertThat(flags.contains(SERIAL)).isEqualTo(serial);
        assertThat(flags).filteredOn(flag -> flag.contains("GC")).hasSize(serial ? 1 : 0);
    }

    @Test
    void theUsersCoresAreNotTakenForOneCore() {
        WorkerShare share = share(2, 16 * GIB, 2, JVM_BUILT_IN);

        assertThat(share.jvmFlags(List.of("-XX:ActiveProcessorCount=4"), Map.of()))
                .doesNotContain(SERIAL);
    }

    @ParameterizedTest
    @CsvSource({"1024, 2, true", "1024, 3, false", "1024, 4, false", "300, 1, false", "352, 1, false", "480, 1, true"})
    void metaspaceIsLimitedToAllThatIsNotHeapUnlessThatIsTooLittle(long mebibytes, int workers, boolean limited) {
        WorkerShare share = share(8, mebibytes * MIB, workers, JVM_BUILT_IN);
        MemoryShare memory = share.memory().orElseThrow();

        memory.metaspace().ifPresent(metaspace -> assertThat(metaspace)
                .isGreaterThanOrEqualTo(128 * MIB)
                .isBetween(memory.each() - memory.heap() - MIB, memory.each() - memory.heap()));
        assertThat(memory.metaspace().isPresent()).isEqualTo(limited);
        assertThat(share.jvmFlags(List.of(), Map.of()))
                .filteredOn(flag -> flag.contains("Metaspace"))
                .hasSize(limited ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx1g",
                "-XX:MaxHeapSize=1g",
                "-XX:MaxRAM=1g",
                "-XX:MaxRAMPercentage=50",
                "-XX:MaxRAMFraction=2",
                "-XX:MinRAMPercentage=50",
                "-XX:SoftMaxHeapSize=64m",
                "-mx1g"
            })
    void theUsersHeapIsLeftAloneAndWithItWhatIsBesideIt(String flag) {
        assertThat(SHARE.jvmFlags(List.of(flag), Map.of())).containsExactly(CORES, SERIAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xms277m", "-Xms1g", "-XX:InitialHeapSize=1T", "-XX:MinHeapSize=300000k", "-ms400000000"})
    void aHeapThatBeginsAboveOursIsLeftAlone(String flag) {
        assertThat(SHARE.jvmFlags(List.of(flag), Map.of())).containsExactly(CORES, SERIAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-Xms276m", "-Xms64M", "-XX:InitialHeapSize=1000000", "-XX:InitialRAMPercentage=50", "-Xmn1g"})
    void aHeapThatBeginsBelowOursIsNoDecisionOnItsMost(String flag) {
        assertThat(SHARE.jvmFlags(List.of(flag), Map.of())).containsExactly(CORES, HEAP, SERIAL, METASPACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseZGC",
                "-XX:+UseG1GC",
                "-XX:-UseSerialGC",
                "-XX:+UseParallelGC",
                "-XX:+UseShenandoahGC",
                "-XX:+UseEpsilonGC",
                "-XX:G1HeapRegionSize=4m",
                "-XX:+ZGenerational",
                "-XX:ShenandoahGCMode=iu",
                "-XX:ParallelGCThreads=2",
                "-XX:ConcGCThreads=2",
                "-XX:MaxGCPauseMillis=50",
                "-XX:+AlwaysActAsServerClassMachine"
            })
    void theUsersCollectorIsLeftAlone(String flag) {
        assertThat(SHARE.jvmFlags(List.of(flag), Map.of())).containsExactly(CORES, HEAP, METASPACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:MaxMetaspaceSize=1g", "-XX:MetaspaceSize=256m", "-XX:CompressedClassSpaceSize=64m"})
    void theUsersMetaspaceIsLeftAlone(String flag) {
        assertThat(SHARE.jvmFlags(List.of(flag), Map.of())).containsExactly(CORES, HEAP, SERIAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void whatTheEnvironmentDecidesIsLeftAlone(String variable) {
        String options = "-Dx=y  '-XX:ActiveProcessorCount=1'\t-XX:MaxRAMPercentage=60.0 \"-XX:+UseZGC\"";

        assertThat(SHARE.jvmFlags(List.of(), Map.of(variable, options))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@jvm.options", "-XX:Flags=jvm.flags", "-XX:VMOptionsFile=/etc/jvm"})
    void nothingIsDecidedWhereTheUsersOptionsAreInAFile(String option) {
        assertThat(SHARE.jvmFlags(List.of("-Dx=y", option, "-jar", "app.jar"), Map.of()))
                .isEmpty();
        assertThat(SHARE.jvmFlags(List.of(), Map.of("JDK_JAVA_OPTIONS", option)))
                .isEmpty();
    }

    @Test
    void theUsersNumberOfCoresIsLeftAlone() {
        assertThat(SHARE.jvmFlags(List.of("-XX:ActiveProcessorCount=4"), Map.of()))
                .containsExactly(HEAP, SERIAL, METASPACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-jar app.jar", "-m shop/shop.Main", "--module shop"})
    void whatFollowsTheApplicationIsItsOwn(String application) {
        List<String> arguments =
                List.of((application + " -Xmx1g @answers -XX:+UseZGC -XX:MaxMetaspaceSize=1g").split(" "));

        assertThat(SHARE.jvmFlags(arguments, Map.of())).containsExactly(CORES, HEAP, SERIAL, METASPACE);
    }

    @Test
    void aFlagThatOnlyLooksSimilarDecidesNothing() {
        assertThat(SHARE.jvmFlags(
                        List.of("-Dnote=-Xmx1g", "-XX:+UseStringDeduplication", "-XX:+UseGCOverheadLimit", "-Xlog:gc"),
                        Map.of()))
                .containsExactly(CORES, HEAP, SERIAL, METASPACE);
    }

    @Test
    void sharesOfUnchangedReadingsAreEqual() {
        assertThat(share(4, GIB, 2, JVM_BUILT_IN)).isEqualTo(SHARE);
        assertThat(share(4, 2 * GIB, 2, JVM_BUILT_IN)).isNotEqualTo(SHARE);
    }

    @ParameterizedTest
    @CsvSource({
        "java, true",
        "/opt/java/bin/java, true",
        "./java, true",
        "javac, false",
        "/opt/java/, false",
        "sh, false"
    })
    void onlyACommandWhoseProgramIsJavaRunsOnAJvm(String program, boolean jvm) {
        assertThat(WorkerKind.of(List.of(program, "-jar", "app.jar"))).isEqualTo(jvm ? JVM_COMMAND : COMMAND);
    }

    @Test
    void noCommandRunsOnNoJvm() {
        assertThat(WorkerKind.of(List.of())).isEqualTo(COMMAND);
    }

    static WorkerShare share(double quota, long limit, int workers, WorkerKind kind) {
        return WorkerShare.of(readings(quota, OptionalLong.of(limit)), workers, kind);
    }

    private static Readings readings(double quota, OptionalLong limit) {
        return new Readings(
                OptionalDouble.of(quota), OptionalInt.of(16), OptionalInt.of(16), limit, OptionalLong.of(64 * GIB));
    }

    /** The arithmetic in words. */
    @Test
    void theExplanationShowsTheWholeArithmetic() {
        assertThat(share(2, GIB, 2, JVM_BUILT_IN).explanation())
                .containsExactly(
                        "each worker: 1 core, heap 276 MiB of 432 MiB: (1 GiB limit - 160 MiB master) / 2 workers,"
                                + " less 64 MiB outside the heap, three quarters for the heap",
                        "serial collector, because each worker has 1 core;"
                                + " metaspace of 156 MiB at most, all that is left outside the heap");
    }

    @Test
    void theExplanationSaysWhyTheCollectorIsSerialWithSeveralCores() {
        assertThat(share(4, GIB, 2, JVM_COMMAND).explanation().get(1))
                .startsWith("serial collector, as the JVM chooses for a machine of 432 MiB;");
        assertThat(share(8, 16 * GIB, 2, JVM_COMMAND).explanation().get(1)).startsWith("collector chosen by the JVM;");
    }

    @Test
    void theExplanationSaysWhenThereIsTooLittle() {
        assertThat(share(4, 256 * MIB, 4, JVM_BUILT_IN).explanation())
                .containsExactly(
                        "each worker: 1 core, heap 32 MiB of 24 MiB: (256 MiB limit - 160 MiB master) / 4 workers,"
                                + " too little, but the least that a JVM starts with",
                        "serial collector, because each worker has 1 core;"
                                + " metaspace without a limit, because less than 128 MiB are left outside the heap");
    }

    @Test
    void theExplanationOfACommandHasNoHeapAndThatOfANativeWorkerHas() {
        assertThat(share(4, GIB, 2, COMMAND).explanation())
                .containsExactly("each worker: 2 cores, 448 MiB: (1 GiB limit - 128 MiB master) / 2 workers");
        assertThat(share(1, GIB, 1, NATIVE_BUILT_IN).explanation())
                .containsExactly(
                        "each worker: 1 core, heap 472 MiB of 960 MiB: (1 GiB limit - 64 MiB master) / 1 worker,"
                                + " half of it without 16 MiB outside the heap, since the collector copies");
    }

    @Test
    void theExplanationWithoutALimitSaysWhoChooses() {
        assertThat(WorkerShare.of(readings(4, OptionalLong.empty()), 2, JVM_BUILT_IN)
                        .explanation())
                .containsExactly("each worker: 2 cores; no memory limit, so heap and collector are left to the JVM");
        assertThat(WorkerShare.of(readings(4, OptionalLong.empty()), 2, COMMAND).explanation())
                .containsExactly("each worker: 2 cores");
    }

    @Test
    void aNativeWorkerGetsItsCoresItsHeapAndAYoungGeneration() {
        // (1024 - 64) / 1 = 960; without 16 it is 944, of which the collector's copy needs half.
        assertThat(share(1, GIB, 1, NATIVE_BUILT_IN).nativeOptions(List.of()))
                .containsExactly("-XX:ActiveProcessorCount=1", "-Xmx472m", "-Xmn64m");
        assertThat(share(4, 8 * GIB, 2, NATIVE_BUILT_IN).nativeOptions(List.of()))
                .as("a larger young generation was measured to be worse")
                .containsExactly("-XX:ActiveProcessorCount=2", "-Xmx2024m", "-Xmn64m");
        assertThat(share(1, GIB / 4, 2, NATIVE_BUILT_IN).nativeOptions(List.of()))
                .as("a quarter of (256 - 64) / 2 MiB")
                .containsExactly("-XX:ActiveProcessorCount=1", "-Xmx40m", "-Xmn20m");
    }

    @Test
    void theHeapsOfNativeWorkersAndTheirCopiesFitIntoTheLimit() {
        for (int workers : new int[] {1, 2, 3, 5, 7}) {
            MemoryShare share = new MemoryShare(GIB, 64 * MIB, workers, 0);

            assertThat(workers * (2 * share.nativeHeap() + 16 * MIB) + 64 * MIB).isLessThanOrEqualTo(GIB);
        }
    }

    @Test
    void theHeapOfANativeWorkerNeverGetsAbsurdlySmall() {
        assertThat(share(1, GIB / 4, 100, NATIVE_BUILT_IN).nativeOptions(List.of()))
                .containsExactly("-XX:ActiveProcessorCount=1", "-Xmx24m", "-Xmn4m");
    }

    @Test
    void withoutALimitANativeWorkerHasNoHeapOfOurs() {
        assertThat(WorkerShare.of(readings(4, OptionalLong.empty()), 2, NATIVE_BUILT_IN)
                        .nativeOptions(List.of()))
                .containsExactly("-XX:ActiveProcessorCount=2", "-Xmn64m");
    }

    @Test
    void whatTheUserDecidedForANativeWorkerStays() {
        WorkerShare share = share(1, GIB, 1, NATIVE_BUILT_IN);

        assertThat(share.nativeOptions(List.of("-Xmn16m"))).containsExactly("-XX:ActiveProcessorCount=1", "-Xmx472m");
        assertThat(share.nativeOptions(List.of("-XX:MaxNewSize=16m")))
                .containsExactly("-XX:ActiveProcessorCount=1", "-Xmx472m");
        assertThat(share.nativeOptions(List.of("-Xmx64m")))
                .as("whose young generation must fit")
                .containsExactly("-XX:ActiveProcessorCount=1");
        assertThat(share.nativeOptions(List.of("-XX:MaxHeapSize=64m", "-XX:ActiveProcessorCount=8")))
                .isEmpty();
    }
}
