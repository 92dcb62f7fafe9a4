package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.config.UsageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
    @Test
    void aTemporaryDirectoryThatCanBeWrittenIsAsItShouldBe(@TempDir Path directory) {
        assertThatCode(() -> Agent.requireTemporaryDirectory(directory)).doesNotThrowAnyException();
    }

    @Test
    void oneThatIsMissingOrNoDirectoryIsRefusedWithARemedy(@TempDir Path directory) {
        for (Path unusable : new Path[] {directory.resolve("missing"), Path.of("/dev/null")}) {
            assertThatThrownBy(() -> Agent.requireTemporaryDirectory(unusable))
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("the temporary directory " + unusable + " is not writable: ")
                    .hasMessageContaining("; mount a writable volume there");
        }
    }
}
