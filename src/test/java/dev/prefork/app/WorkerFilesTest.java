package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerFilesTest {
    @TempDir
    Path directory;

    @Test
    void whatAKilledWorkerLeavesIsRemovedAtTheEnd() throws IOException {
        Path path;
        try (WorkerFiles files = WorkerFiles.in(directory)) {
            path = files.path().orElseThrow();
            Files.createDirectories(path.resolve("prefork-1/vertx"));
            assertThat(path).hasParent(directory);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whereNoneCanBeMadeThereIsNone() {
        try (WorkerFiles files = WorkerFiles.in(directory.resolve("missing"))) {
            assertThat(files.path()).isEmpty();
        }
    }

    @Test
    void aCommandGetsNone() {
        try (WorkerFiles files = WorkerFiles.of(new Places(directory).load("sleep", "9"))) {
            assertThat(files.path()).isEmpty();
        }
    }
}
