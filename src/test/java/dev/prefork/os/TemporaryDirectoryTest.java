package dev.prefork.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
    @Test
    void aDirectoryThatCanBeWrittenIsUsable(@TempDir Path directory) {
        assertThat(TemporaryDirectory.isUsable(directory)).isTrue();
        assertThat(TemporaryDirectory.isUsable()).isTrue();
    }

    @Test
    void oneThatIsMissingNoDirectoryOrReadOnlyIsNot(@TempDir Path directory) {
        assertThat(TemporaryDirectory.isUsable(directory.resolve("missing"))).isFalse();
        assertThat(TemporaryDirectory.isUsable(Path.of("/dev/null"))).isFalse();
        // Nobody may write here, not even root.
        assertThat(TemporaryDirectory.isUsable(Path.of("/proc/self"))).isFalse();
    }
}
