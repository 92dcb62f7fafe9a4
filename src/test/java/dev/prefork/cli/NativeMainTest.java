package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main class as in a native executable: on a JVM that says it is one, with GraalVM's two classes replaced by some that say on
 * standard error what they are asked for.
 */
class NativeMainTest {
    private static final String OPTIONS = """
            package org.graalvm.nativeimage;
            public final class RuntimeOptions {
                public interface Descriptor { String name(); Class<?> valueType(); }
                public static java.util.List<Descriptor> listDescriptors() { return java.util.List.of(); }
                public static void set(String name, Object value) {
                    if (!name.matches("MaxHeapSize|MaxNewSize|ActiveProcessorCount")) {
                        throw new RuntimeException("Unknown option: " + name);
                    }
                    System.err.println(name + " " + value + " " + value.getClass().getSimpleName());
                }
            }
            """;
    private static final String RUNTIME = """
            package org.graalvm.nativeimage;
            public final class VMRuntime {
                public static void initialize() { System.err.println("initialize"); }
            }
            """;

    @TempDir
    Path directory;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void replaceGraalsClasses() throws IOException {
        List<String> words = new ArrayList<>(List.of("-proc:none", "-d", directory.toString()));
        for (String source : List.of(OPTIONS, RUNTIME)) {
            String name = source.contains("class RuntimeOptions") ? "RuntimeOptions" : "VMRuntime";
            words.add(
                    Files.writeString(directory.resolve(name + ".java"), source).toString());
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new)))
                .isZero();
    }

    @Test
    void leadingOptionsAreAppliedBeforeAnythingElse() throws Exception {
        Ended ended = run("-Xmx64m", "-Dprefork.backlog=7", "-Xmn16m", "-XX:ActiveProcessorCount=3", "check");

        assertThat(ended.err().lines())
                .startsWith(
                        "MaxHeapSize 67108864 Long",
                        "MaxNewSize 16777216 Long",
                        "ActiveProcessorCount 3 Integer",
                        "initialize");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).containsPattern("backlog +7 +prefork\\.backlog \\(system property\\)\n");
    }

    @Test
    void theHooksRunWithoutOptionsToo() throws Exception {
        assertThat(run("version")).satisfies(ended -> {
            assertThat(ended.code()).isZero();
            assertThat(ended.err()).isEqualTo("initialize\n");
            assertThat(ended.out()).startsWith("prefork ").contains("(native, ");
        });
    }

    @Test
    void theOptionsOfACommandAreItsOwn() throws Exception {
        Ended ended = run("check", "--", "java", "-XX:+UseSerialGC", "-Dprefork.x=y", "-version");

        assertThat(ended.err()).startsWith("initialize\n").doesNotContain("UseSerialGC", "prefork.x");
        assertThat(ended.out()).contains("java -XX:+UseSerialGC -Dprefork.x=y -version");
        assertThat(ended.code()).as(ended.err()).isZero();
    }

    @Test
    void anOptionOfHotSpotIsRefusedInOneLine() throws Exception {
        assertThat(run("-XX:+UseSerialGC", "check"))
                .isEqualTo(new Ended(
                        2,
                        "",
                        "initialize\nprefork: a native executable does not take -XX:+UseSerialGC; leave it out, or put it"
                                + " after -- if it is meant for a command\n"));
    }

    @Test
    void behindTheVerbItIsAnUnknownOption() throws Exception {
        Ended ended = run("check", "-Xmx64m");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .startsWith("initialize\nprefork: unknown option -Xmx64m")
                .hasLineCount(2);
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        String path = directory + File.pathSeparator + System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.graalvm.nativeimage.imagecode=runtime",
                "-cp",
                path,
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PREFORK_") || name.equals("JAVA_TOOL_OPTIONS"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }
}
