package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.os.AsNative;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterTuningTest {
    private static final Pattern TUNING = Pattern.compile("(?<=[ \"])-X[^ \"]+");

    @TempDir
    Path directory;

    private Optional<String> warning(List<String> options, String... command) {
        return warning(new Places(directory), options, command);
    }

    private static Optional<String> warning(Places places, List<String> options, String... command) {
        List<String> commandLine = new ArrayList<>(List.of("java"));
        commandLine.addAll(options);
        commandLine.addAll(List.of("-jar", "/app/quarkus-run.jar", "--listen", "-Xms1m"));
        return MasterTuning.warning(places.load(command), commandLine);
    }

    @Test
    void whatWorkersDoNotGetIsNamed() {
        assertThat(warning(List.of("-Xmx256m", "-Da=b", "-XX:+UseZGC", "-cp", "x.jar")))
                .contains(
                        "the master's JVM options are not passed to workers: -Xmx256m -XX:+UseZGC; give those that are"
                                + " meant for workers with --worker-java-options");
    }

    @Test
    void whatAnAgentIsToldIsNot() {
        assertThat(warning(List.of("-javaagent:/a.jar=token=1")))
                .hasValueSatisfying(line ->
                        assertThat(line).contains(": -javaagent:/a.jar=...;").doesNotContain("token"));
    }

    @Test
    void propertiesAreTheWorkersToo() {
        assertThat(warning(List.of("-Da=b", "--add-modules", "c"))).isEmpty();
        assertThat(warning(List.of())).isEmpty();
    }

    @Test
    void whoGivesTheWorkersTheirOwnKnows() {
        Places places = new Places(directory).option(Options.WORKER_JAVA_OPTIONS, "-Xmx64m");

        assertThat(warning(places, List.of("-Xmx256m"))).isEmpty();
    }

    @Test
    void aCommandHasItsOwn() {
        assertThat(warning(List.of("-Xmx256m"), "java", "-jar", "a.jar")).isEmpty();
        assertThat(warning(List.of("-Xmx256m"), "gunicorn")).isEmpty();
    }

    @Test
    void whatTheWorkersOfANativeExecutableDoNotGetIsNamed() {
        try (AsNative image = new AsNative()) {
            assertThat(image).isNotNull();
            List<String> commandLine = List.of("/prefork", "-Xmn128m", "-Da=b", "--listen", "-Xms1m");

            assertThat(MasterTuning.warning(new Places(directory).load(), commandLine))
                    .contains(
                            "the master's runtime options are not passed to workers: -Xmn128m; give those that are meant"
                                    + " for workers with --worker-java-options");
        }
    }

    @Test
    void thoseOfTheLauncherAreForAMasterOnly() throws IOException {
        List<String> given = new ArrayList<>();
        try (var lines = Files.lines(Path.of("src/main/launcher/prefork"))) {
            lines.filter(line -> line.contains("set -- "))
                    .forEach(line -> TUNING.matcher(line).results().forEach(found -> given.add(found.group())));
        }

        assertThat(given).contains("-Xms16m", "-XX:-UsePerfData").hasSizeGreaterThan(7);
        assertThat(warning(given)).isEmpty();
    }
}
