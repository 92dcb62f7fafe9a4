package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The linter of the language server for Dockerfiles has nothing to say. */
class DockerfileLintIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Processes processes = new Processes();

    private RunningProcess lint(String file) {
        return processes
                .command(Tools.require("dockerfile-utils").toString(), "lint", file)
                .start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Dockerfile.native",
                "k8s/Dockerfile.jvm",
                "k8s/images/python/Dockerfile",
                "k8s/images/node/Dockerfile",
                "k8s/images/quarkus/Dockerfile"
            })
    void ours(String file) {
        RunningProcess linter = lint(file);
        assertThat(linter.awaitExit(SOON)).as(linter::dump).isZero();
        assertThat(linter.stdout() + linter.stderr()).isEmpty();
    }

    @Test
    void itWouldSaySomething(@TempDir Path directory) throws IOException {
        Path wrong =
                Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nEXPOSE all\nENTRYPONT [\"a\"]\n");
        RunningProcess linter = lint(wrong.toString());
        assertThat(linter.awaitExit(SOON)).as(linter::dump).isNotZero();
        assertThat(linter.stdout() + linter.stderr()).contains("ENTRYPONT");
    }
}
