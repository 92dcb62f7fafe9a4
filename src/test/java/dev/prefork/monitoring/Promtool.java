package dev.prefork.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Prometheus' own judge of rule files; a test that asks it is skipped where it is missing, and says so. */
final class Promtool {
    private Promtool() {}

    /** Fails with all that it says unless it is content. */
    static void approves(Path file, String... words) throws IOException, InterruptedException {
        String promtool = Tools.require("promtool").toString();
        List<String> command = Stream.of(Stream.of(promtool), Stream.of(words), Stream.of(file.toString()))
                .flatMap(part -> part)
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("SUCCESS");
    }
}
