package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process of its own. */
class MainTest {
    private static final String LOADED_CLASSES = "-Xlog:class+load:file=";

    @TempDir
    Path directory;

    private record Ended(int code, String out, String err) {}

    @Test
    void theExitCodeOfTheProgramIsTheProcess() throws Exception {
        assertThat(run(Map.of(), "--version")).satisfies(ended -> {
            assertThat(ended.code()).isZero();
            assertThat(ended.out()).isEqualTo(Version.text() + "\n");
            assertThat(ended.err()).isEmpty();
        });
    }

    @Test
    void badInputIsOneLineOnStandardErrorAndNoStackTrace() throws Exception {
        assertThat(run(Map.of(), "--workrs", "2")).satisfies(ended -> {
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .isEqualTo("prefork: unknown option --workrs; did you mean --workers?" + " See prefork --help\n");
        });
    }

    @Test
    void theRealEnvironmentAndTheRealWorkingDirectoryAreRead() throws Exception {
        Files.createDirectories(directory.resolve("config"));
        Files.writeString(directory.resolve("config/application.properties"), "prefork.backlog=7\n");

        assertThat(run(Map.of("PREFORK_WORKERS", "1"), "check")).satisfies(ended -> {
            assertThat(ended.code()).isZero();
            assertThat(ended.err()).isEmpty();
            assertThat(ended.out())
                    .containsPattern("workers +1 +PREFORK_WORKERS\n")
                    .containsPattern("backlog +7 +prefork.backlog \\(config/application.properties\\)\n");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "help", "check", "explain"})
    void whatStartsNothingLoadsNothingHeavy(String verb) throws Exception {
        Path log = directory.resolve("classes.log");

        assertThat(run(List.of(LOADED_CLASSES + log), Map.of(), verb).code()).isZero();

        try (Stream<String> lines = Files.lines(log)) {
            assertThat(lines.map(line -> line.replaceFirst("^\\[[^]]*](\\[[^]]*])* ", ""))
                            .filter(line -> line.matches("(jnr|com\\.kenai|io\\.vertx|io\\.netty|io\\.quarkus\\.arc"
                                    + "|io\\.quarkus\\.runtime\\.(Quarkus|Application)) ?.*")))
                    .isEmpty();
        }
        assertThat(log)
                .content()
                .contains("dev.prefork.cli.Cli ", "dev.prefork.os.NativeRuntime ")
                .as("it uses classes that a JVM does not have")
                .doesNotContain("dev.prefork.os.Substrate ", "org.graalvm.");
    }

    @Test
    void aWorkersScriptCanAskAboutHealthToo() throws Exception {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        Path log = directory.resolve("classes.log");

        Ended ended = run(
                List.of(LOADED_CLASSES + log),
                Map.of("PREFORK_CHILD", "1", "QUARKUS_MANAGEMENT_PORT", Integer.toString(port)),
                "health",
                "live");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("prefork: cannot connect to 127.0.0.1:" + port + " (connection refused): ")
                .hasLineCount(1);
        // Run every few seconds in a running pod: it has to be quick.
        assertThat(log).content().doesNotContain(" java.net.http.", " io.vertx.", " com.kenai.", " io.netty.");
    }

    private Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return run(List.of(), environment, arguments);
    }

    private Ended run(List<String> options, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PREFORK_") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        // Files rather than pipes: no pipe can fill up while the other is read.
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Ended(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }
}
