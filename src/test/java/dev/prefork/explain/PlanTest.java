package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.container.Readings;
import dev.prefork.container.WorkerKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    @TempDir
    Path directory;

    @Test
    void builtInWorkersOfAJvmGetTheFlagsOfTheirShare() {
        List<String> sizes = sizes(new Places(directory).load(), Map.of());

        assertThat(sizes)
                .startsWith("2 workers: 2.5 cores by the CPU quota, 2 whole; memory limit 1 GiB carries 4")
                .anySatisfy(line -> assertThat(line)
                        .startsWith("each worker: 1 core, heap 276 MiB of 432 MiB: (1 GiB limit - 160 MiB master)"))
                // What else there is depends on the options of this very JVM.
                .anySatisfy(line -> assertThat(line).startsWith("JVM options for workers: -XX:ActiveProcessorCount=1"))
                .contains("workers start one after the other, the next when one is ready or after 3 s")
                .endsWith(
                        "recover threshold 1: more than 1 unexpected exits within 60s end the master with exit code 4,"
                                + " or 3 if not all workers have been ready yet");
    }

    @Test
    void whatTheUserDecidedIsNoFlagOfOurs() {
        String decided = "-XX:ActiveProcessorCount=5 -Xmx100m";

        assertThat(sizes(new Places(directory).load(), Map.of("JAVA_TOOL_OPTIONS", decided)))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("JVM options for workers: ")
                        .doesNotContain("ActiveProcessorCount", "-Xmx"));
    }

    @Test
    void javaCommandsAreToldByTheirVariableBehindWhatIsThere() {
        Settings settings = new Places(directory).load("java", "-jar", "app.jar");

        assertThat(sizes(settings, Map.of("JAVA_TOOL_OPTIONS", "-Dmine=1", "PATH", "/bin")))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("JAVA_TOOL_OPTIONS for workers: -Dmine=1 -XX:ActiveProcessorCount=1 -Xmx"));
    }

    @Test
    void whereEverythingIsDecidedNothingIsAdded() {
        Settings settings = new Places(directory).load("java", "@options", "-jar", "app.jar");

        assertThat(sizes(settings, Map.of())).contains("JAVA_TOOL_OPTIONS for workers: only your own");
    }

    @Test
    void otherCommandsGetNoFlags() {
        assertThat(sizes(new Places(directory).load("gunicorn"), Map.of()))
                .contains("no JVM options are passed to workers");
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,2", "3,3", "8,8"})
    void asManyStartAtOnceAsThereAreCoresButTwo(double cores, int atOnce) {
        Readings readings = readings(cores);

        assertThat(Plan.startsAtOnce(readings, WorkerKind.COMMAND)).isEqualTo(atOnce);
        Settings settings = new Places(directory).option(Options.WORKERS, "9").load("gunicorn");
        assertThat(new Plan(settings, readings, Map.of()).sizes())
                .contains("at most " + atOnce
                        + " workers start at once, the others as these become ready; more once it is"
                        + " seen that a start takes little CPU");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,1", "4,2", "8,4"})
    void aJvmThatBootsKeepsTwoCoresBusy(double cores, int young) {
        assertThat(Plan.startsYoung(readings(cores), WorkerKind.JVM_BUILT_IN)).isEqualTo(young);
        assertThat(Plan.startsYoung(readings(cores), WorkerKind.COMMAND))
                .isEqualTo(Plan.startsAtOnce(readings(cores), WorkerKind.COMMAND));
        Settings settings = new Places(directory).option(Options.WORKERS, "9").load();
        assertThat(new Plan(settings, readings(cores), Map.of()).sizes())
                .contains("workers start " + (young == 1 ? "one after the other" : young + " at a time")
                        + ", the next when one is ready or after 3 s, at most " + Math.max(2, (int) cores)
                        + " at once; more once it is seen that a start takes little CPU");
    }

    @Test
    void theThresholdIsSaidInFull() {
        Places places =
                new Places(directory).option(Options.RECOVER_THRESHOLD, "0").option(Options.RECOVER_WINDOW, "0");

        assertThat(sizes(places.load(), Map.of()))
                .endsWith(
                        "recover threshold 0: the first unexpected exit since the start ends the master with exit code"
                                + " 4, or 3 if not all workers have been ready yet");
    }

    private static List<String> sizes(Settings settings, Map<String, String> environment) {
        return new Plan(settings, readings(2.5), environment).sizes();
    }

    private static Readings readings(double cores) {
        return new Readings(
                OptionalDouble.of(cores),
                OptionalInt.empty(),
                OptionalInt.of(16),
                OptionalLong.of(1L << 30),
                OptionalLong.of(1L << 34));
    }
}
