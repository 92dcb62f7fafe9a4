package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.FullRing;
import dev.prefork.it.Processes;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The build stage of {@code Dockerfile.native}: what it copies is enough to build from, and its commands leave what the next
 * stage wants. Where there is no {@code native-image} its own part is left out, and a script stands for the executable.
 */
@FullRing("it builds the application once more, with Maven")
@Timeout(1800)
class NativeBuildStageIT {
    private static final Dockerfile FILE = Dockerfile.read("Dockerfile.native");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path code;

    @Test
    void leavesWhatIsCopiedFromIt() throws IOException {
        BuildStage stage = BuildStage.of(FILE, code);
        List<List<String>> commands = stage.commands();
        assertThat(commands).hasSize(2);
        if (Tools.find("native-image").isPresent()) {
            stage.run(processes, commands.get(0));
        } else {
            stage.run(
                    processes, commands.get(0), "-Dquarkus.native.enabled=false", "-Dquarkus.package.jar.enabled=true");
            Files.writeString(code.resolve("target/prefork-0-runner"), "#!/bin/sh\n");
        }
        stage.run(processes, commands.get(1));

        List<Path> wanted = FILE.stages().get(1).instructions().stream()
                .filter(instruction -> instruction.option("from").isPresent())
                .map(instruction -> stage.file(instruction.operands().get(0)))
                .toList();
        assertThat(wanted).hasSize(2).allMatch(Files::exists);
        assertThat(code.resolve("image/native/x86_64-Linux/libjffi-1.2.so")).isRegularFile();
    }
}
