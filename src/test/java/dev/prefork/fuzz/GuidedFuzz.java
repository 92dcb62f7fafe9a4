package dev.prefork.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each target by Jazzer, which looks for inputs that reach code that none has reached: {@code ./mvnw test -Pfuzz}, a minute for each of
 * them, or {@code -Dprefork.fuzz=PT10M}. What it finds is in {@code target/fuzz}, and belongs beside the seeds once it is fixed.
 */
class GuidedFuzz {
    private static final Duration TIME = Duration.parse(System.getProperty("prefork.fuzz", "PT1M"));
    private static final int SHOWN = 4000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static List<FuzzTarget> targets() {
        return FuzzTarget.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNothing(FuzzTarget target) throws Exception {
        Path found = Files.createDirectories(Path.of("target", "fuzz", target.simpleName()));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process jazzer = new ProcessBuilder(
                        java.toString(),
                        "-XX:+EnableDynamicAgentLoading",
                        "-Xmx768m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.type(),
                        "--instrumentation_includes=dev.prefork.**",
                        "--reproducer_path=" + found,
                        "-artifact_prefix=" + found + "/",
                        "-max_total_time=" + TIME.toSeconds(),
                        "-timeout=10",
                        "-rss_limit_mb=0",
                        "-max_len=16384",
                        "-print_final_stats=1",
                        Files.createDirectories(found.resolve("corpus")).toString(),
                        target.seeds().toString())
                .redirectErrorStream(true)
                .redirectOutput(found.resolve("log").toFile())
                .start();
        try {
            assertThat(jazzer.waitFor(TIME.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS))
                    .as("an end in time; see %s/log", found)
                    .isTrue();
        } finally {
            jazzer.destroyForcibly();
        }
        String log = Files.readString(found.resolve("log"));
        assertThat(jazzer.exitValue())
                .as(() -> log.substring(Math.max(0, log.length() - SHOWN)))
                .isZero();
        assertThat(log).containsPattern("stat::number_of_executed_units: [1-9]\\d{3}");
    }
}
