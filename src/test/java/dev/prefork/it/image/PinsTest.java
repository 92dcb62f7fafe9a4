package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code k8s/images/pins.sh} with a script in place of {@code docker}: no test asks a registry. */
class PinsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    private RunningProcess pins(String docker, String dockerfile) throws IOException {
        Path program = Files.writeString(home.resolve("docker"), "#!/bin/sh\n" + docker + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return processes
                .command("k8s/images/pins.sh", dockerfile)
                .env("DOCKER", program.toString())
                .start();
    }

    @Test
    void eachBaseImageBecomesAnOptionWithItsDigest() throws IOException {
        RunningProcess pins = pins(
                "cat >/dev/null; echo \"$*\" >>" + home.resolve("asked") + "; echo " + DIGEST, "k8s/Dockerfile.jvm");

        assertThat(pins.awaitExit(SOON)).as(pins::dump).isZero();
        assertThat(pins.stdout().lines())
                .containsExactly(
                        "--build-arg BUILD_IMAGE=registry.access.redhat.com/ubi9/openjdk-25:1.24@" + DIGEST,
                        "--build-arg RUNTIME_IMAGE=registry.access.redhat.com/ubi9/openjdk-25-runtime:1.24@" + DIGEST);
        assertThat(home.resolve("asked"))
                .content()
                .startsWith("buildx imagetools inspect --format {{.Manifest.Digest}} registry.access.redhat.com/ubi9/");
    }

    @Test
    void imagesOfOnesOwnAreLeftToTheirOwner() throws IOException {
        RunningProcess pins = pins("echo " + DIGEST, "k8s/images/python/Dockerfile");

        assertThat(pins.awaitExit(SOON)).as(pins::dump).isZero();
        assertThat(pins.stdout()).isEqualTo("--build-arg RUNTIME_IMAGE=docker.io/library/python:3.13-slim@" + DIGEST);
    }

    @Test
    void whatCannotBeLookedUpEndsIt() throws IOException {
        RunningProcess unreachable = pins("exit 1", "Dockerfile.native");
        assertThat(unreachable.awaitExit(SOON)).isEqualTo(1);
        assertThat(unreachable.stderr()).startsWith("pins: quay.io/quarkus/").contains("cannot be looked up");

        RunningProcess odd = pins("echo '<no value>'", "Dockerfile.native");
        assertThat(odd.awaitExit(SOON)).isEqualTo(1);
        assertThat(odd.stderr()).contains("the answer is not a digest: <no value>");
    }

    @Test
    void aFileWithoutBaseImagesIsNotTakenForOneThatIsPinned() throws IOException {
        Path file = Files.writeString(home.resolve("Dockerfile"), "FROM scratch\n");
        RunningProcess pins = pins("echo " + DIGEST, file.toString());

        assertThat(pins.awaitExit(SOON)).isEqualTo(1);
        assertThat(pins.stderr()).contains("has no ARG whose name ends with _IMAGE");
    }
}
