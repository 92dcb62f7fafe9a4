package dev.prefork.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.Readings;
import dev.prefork.container.WorkerShare;
import dev.prefork.os.AsNative;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {
    private static final Readings ONE_GIB = new Readings(
            OptionalDouble.of(2),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.of(1L << 30),
            OptionalLong.of(8L << 30));

    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", System.getenv("PATH"), "A", "1");

    @TempDir
    Path directory;

    private Workload workload(Map<String, String> environment, String... command) {
        return new Workload(new Places(directory).load(command), environment);
    }

    @Test
    void aBuiltInWorkerGetsItsShareAsArgumentsAndItsGraceAsAVariable() {
        Workload workload = workload(ENVIRONMENT);
        WorkerShare share = workload.share(ONE_GIB, 2);

        // This very JVM repeats itself; the tests' -Xmx was decided by whoever started them, so it stays.
        assertThat(workload.program(share).arguments()).contains("-XX:ActiveProcessorCount=1");
        assertThat(workload.variables(share)).isEqualTo(Map.of("PREFORK_SHUTDOWN_GRACE_PERIOD", "20s"));
        assertThat(workload.dumpsThreads()).isTrue();
    }

    @Test
    void aNativeWorkerGetsItsShareBeforeAllElse() {
        try (AsNative image = new AsNative()) {
            assertThat(image).isNotNull();
            Workload workload = workload(ENVIRONMENT);
            WorkerShare share = workload.share(ONE_GIB, 2);

            // (1024 - 64) / 2 = 480, less 16, and half of that.
            assertThat(workload.program(share).arguments().subList(1, 4))
                    .containsExactly("-XX:ActiveProcessorCount=1", "-Xmx232m", "-Xmn64m");
        }
    }

    @Test
    void aNativeWorkerGetsWhatTheUserSaysForWorkers() {
        try (AsNative image = new AsNative()) {
            assertThat(image).isNotNull();
            Settings settings = new Places(directory)
                    .option(Options.WORKER_JAVA_OPTIONS, "-Xmx99m -Da=b")
                    .load();
            Workload workload = new Workload(settings, ENVIRONMENT);
            List<String> arguments =
                    workload.program(workload.share(ONE_GIB, 2)).arguments();

            assertThat(arguments.subList(1, 4)).containsExactly("-XX:ActiveProcessorCount=1", "-Xmx99m", "-Da=b");
            assertThat(arguments).doesNotContain("-Xmx232m", "-Xmn64m");
        }
    }

    @Test
    void aBuiltInWorkerIsToldWhereTemporaryFilesGoAndACommandIsNot() {
        Optional<Path> files = Optional.of(Path.of("/tmp/prefork-1"));
        Workload builtIn = new Workload(new Places(directory).load(), ENVIRONMENT, files);
        Workload command = new Workload(new Places(directory).load("java", "-jar", "app.jar"), ENVIRONMENT, files);

        assertThat(builtIn.program(builtIn.share(ONE_GIB, 2)).arguments())
                .containsOnlyOnce("-Ddev.prefork.directory=/tmp/prefork-1");
        assertThat(command.program(command.share(ONE_GIB, 2)).arguments()).hasSize(3);
    }

    @Test
    void aJavaCommandGetsItsShareInTheVariableThatEveryJvmReads() {
        Workload workload = workload(ENVIRONMENT, "java", "-jar", "app.jar");
        WorkerShare share = workload.share(ONE_GIB, 2);

        assertThat(workload.program(share).arguments()).isEqualTo(List.of("java", "-jar", "app.jar"));
        assertThat(workload.variables(share)).containsOnlyKeys("JAVA_TOOL_OPTIONS");
        assertThat(workload.variables(share).get("JAVA_TOOL_OPTIONS")).contains("-Xmx", "-XX:ActiveProcessorCount=1");
        assertThat(workload.dumpsThreads()).isTrue();
    }

    @Test
    void variablesThatWereAskedForOutweighInheritedOnesAndCountForTheShare() {
        Settings settings = new Places(directory)
                .option(Options.ENV, "A=2", "JAVA_TOOL_OPTIONS=-Xmx77m")
                .load("java", "-jar", "app.jar");
        Workload workload = new Workload(settings, ENVIRONMENT);

        assertThat(workload.variables(workload.share(ONE_GIB, 2)))
                .containsOnlyKeys("A", "JAVA_TOOL_OPTIONS")
                .containsEntry("A", "2")
                .hasEntrySatisfying(
                        "JAVA_TOOL_OPTIONS",
                        options -> assertThat(options).startsWith("-Xmx77m ").containsOnlyOnce("-Xmx"));
    }

    @Test
    void workersAreToldOfAnotherStartTimeoutThanTheirs() {
        Settings usual = new Places(directory).load();
        Settings other =
                new Places(directory).option(Options.START_TIMEOUT, "40s").load();

        assertThat(variables(usual)).doesNotContainKey("PREFORK_START_TIMEOUT");
        assertThat(variables(other)).containsEntry("PREFORK_START_TIMEOUT", "40s");
    }

    private static Map<String, String> variables(Settings settings) {
        Workload workload = new Workload(settings, ENVIRONMENT);
        return workload.variables(workload.share(ONE_GIB, 2));
    }

    @Test
    void whatTheUserDecidedStays() {
        Workload workload = workload(
                Map.of("PATH", System.getenv("PATH"), "JAVA_TOOL_OPTIONS", "-Xmx77m"), "java", "-jar", "app.jar");

        assertThat(workload.variables(workload.share(ONE_GIB, 2)).get("JAVA_TOOL_OPTIONS"))
                .startsWith("-Xmx77m ")
                .containsOnlyOnce("-Xmx");
    }

    @Test
    void anyOtherCommandGetsNothingAndIsAskedNothing() {
        Workload workload = workload(ENVIRONMENT, "sh", "-c", "java -jar app.jar");

        assertThat(workload.variables(workload.share(ONE_GIB, 2))).isEmpty();
        assertThat(workload.dumpsThreads()).isFalse();
    }
}
