package dev.prefork.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorsTest {
    @TempDir
    Path root;

    @Test
    void aThousandWorkersFitWhereContainersUsuallyHaveTheirLimit() {
        assertThat(new Descriptors(OptionalInt.of(4096)).tooFewFor(1000, 0)).isEmpty();
        assertThat(new Descriptors(OptionalInt.empty()).tooFewFor(100_000, 3)).isEmpty();
    }

    @Test
    void moreThanTheLimitCarriesIsSaidInOneLineWithTheRemedy() {
        assertThat(new Descriptors(OptionalInt.of(1024)).tooFewFor(1000, 0))
                .hasValue(
                        "1000 workers need up to 2320 open files in the master, and its limit is 1024: raise the limit"
                                + " (ulimit -n, LimitNOFILE=, or --ulimit nofile), or lower --workers");
    }

    @Test
    void theirOutputTakesTwoMoreForEachWhereItIsRead() {
        Settings read = new Places(root).option(Options.LOG_TAG, "true").load();
        assertThat(Descriptors.pipesOfEach(read)).isEqualTo(2);
        assertThat(Descriptors.pipesOfEach(new Places(root).load())).isZero();
        assertThat(new Descriptors(OptionalInt.of(1024)).tooFewFor(193, 0)).isEmpty();
        assertThat(new Descriptors(OptionalInt.of(1024)).tooFewFor(200, 2))
                .hasValueSatisfying(line -> assertThat(line).startsWith("200 workers need up to 1120 open files"));
        assertThat(new Descriptors(OptionalInt.of(4096)).tooFewFor(1000, 2))
                .hasValueSatisfying(line -> assertThat(line).startsWith("1000 workers need up to 4320 open files"));
    }

    @Test
    void whatIsAllowedIsWhatIsNotRefused() {
        Descriptors limited = new Descriptors(OptionalInt.of(1024));
        for (int sockets = 0; sockets < 3; sockets++) {
            int most = limited.workers(sockets);
            assertThat(limited.tooFewFor(most, sockets)).isEmpty();
            assertThat(limited.tooFewFor(most + 1, sockets)).isPresent();
        }
    }

    @Test
    void aSingleWorkerIsAlwaysTried() {
        assertThat(new Descriptors(OptionalInt.of(64)).tooFewFor(1, 0)).isEmpty();
    }

    @Test
    void theLimitIsThatOfTheProcess() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/limits"), """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95736                95736                processes
                Max open files            1024                 524288               files
                """);
        assertThat(Descriptors.of(root).limit()).hasValue(1024);

        Files.writeString(root.resolve("proc/self/limits"), "Max open files            unlimited  unlimited  files\n");
        assertThat(Descriptors.of(root).limit()).isEmpty();
        assertThat(Descriptors.of(root.resolve("nowhere")).limit()).isEmpty();
        assertThat(Descriptors.of(Path.of("/")).limit()).isPresent();
    }
}
