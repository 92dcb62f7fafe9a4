package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.RecyclingSettings;
import dev.prefork.procfs.OwnMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two workers in a /proc of files, 10 holds 612 MiB and 20 holds 100. */
class MemoryWatchTest {
    private static final OptionalLong GIB = OptionalLong.of(1L << 30);

    @TempDir
    Path root;

    @TempDir
    Path directory;

    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void createWorkers() throws IOException {
        process(10, 612);
        process(20, 100);
    }

    private void process(int pid, int mebibytes) throws IOException {
        Path process = Files.createDirectories(root.resolve("proc").resolve(Integer.toString(pid)));
        Files.writeString(process.resolve("stat"), pid + " (x) S 1 " + pid + " " + pid + " 0".repeat(40));
        Files.writeString(process.resolve("status"), "RssAnon:\t" + (mebibytes << 10) + " kB\n");
    }

    private MemoryWatch.Look look(String limit, Integer... ready) {
        return new MemoryWatch.Look(
                new RecyclingSettings(
                        new Places(directory).option(Options.MAX_MEMORY, limit).load()),
                () -> Set.of(ready),
                (pid, why) -> asked.add(pid + " " + why),
                OwnMemory.of(root),
                new MemoryRule(() -> 0));
    }

    private void threeTimes(MemoryWatch.Look look, OptionalLong whole) {
        for (int i = 0; i < MemoryRule.SAMPLES; i++) {
            assertThat(asked).isEmpty();
            look.at(whole);
        }
    }

    @Test
    void theOneThatHoldsTooMuchIsReplacedForAReasonInWords() {
        threeTimes(look("512Mi", 10, 20), OptionalLong.empty());

        assertThat(asked).containsExactly("10 it holds 612 MiB of memory, more than 512 MiB, in 3 samples in a row");
    }

    @Test
    void aPartIsOneOfWhatThereIsAtTheMoment() {
        threeTimes(look("50%", 10, 20), GIB);
        assertThat(asked).hasSize(1);

        asked.clear();
        threeTimes(look("50%", 10, 20), OptionalLong.of(2L << 30));
        threeTimes(look("50%", 10, 20), OptionalLong.empty());
        assertThat(asked).isEmpty();
    }

    @Test
    void onlyWorkersThatServeAreLookedAt() {
        threeTimes(look("512Mi", 20), GIB);
        threeTimes(look("512Mi"), GIB);

        assertThat(asked).isEmpty();
    }
}
