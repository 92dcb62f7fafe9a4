package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kustomize itself, alone or as a part of kubectl; a test that asks it is skipped where both are missing, and says so. */
final class Kustomize {
    private Kustomize() {}

    static Manifests build(Path directory) {
        List<String> command = new ArrayList<>(
                Tools.find("kubectl").isPresent()
                        ? List.of("kubectl", "kustomize")
                        : List.of(Tools.require("kustomize").toString(), "build"));
        command.add(directory.toString());
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            return Manifests.parse(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while kustomize built " + directory, e);
        }
    }
}
