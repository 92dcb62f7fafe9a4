package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real JVM makes of the flags. */
class WorkerShareJvmTest {
    private static final Readings READINGS = new Readings(
            OptionalDouble.of(6),
            OptionalInt.empty(),
            OptionalInt.of(8),
            OptionalLong.of(Tree.GIB),
            OptionalLong.of(16 * Tree.GIB));

    @TempDir
    Path directory;

    @Test
    void aJvmTakesTheFlagsAndKeepsToThem() throws Exception {
        WorkerShare share = WorkerShare.of(READINGS, 2, WorkerKind.JVM_BUILT_IN);

        String flags = finalFlags(share.jvmFlags(List.of(), Map.of()), Map.of());

        // (1024 - 160) / 2 = 432; three quarters of 368 are 276.
        assertThat(flags)
                .containsPattern("ActiveProcessorCount += 3 ")
                .containsPattern("MaxHeapSize += " + 276 * Tree.MIB + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void aJvmStillFollowsTheUsersVariable(String variable) throws Exception {
        Map<String, String> environment = Map.of(variable, "-XX:ActiveProcessorCount=5 -XX:MaxHeapSize=96m");
        WorkerShare share = WorkerShare.of(READINGS, 2, WorkerKind.JVM_BUILT_IN);

        String flags = finalFlags(share.jvmFlags(List.of(), environment), environment);

        assertThat(flags)
                .containsPattern("ActiveProcessorCount += 5 ")
                .containsPattern("MaxHeapSize += " + 96 * Tree.MIB + " ");
    }

    private String finalFlags(List<String> flags, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
        Path out = directory.resolve("flags");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return Files.readString(out);
        } finally {
            process.destroyForcibly();
        }
    }
}
