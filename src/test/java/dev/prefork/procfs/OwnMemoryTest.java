package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.prefork.os.TestChild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnMemoryTest {
    private static final long MUCH = Long.MAX_VALUE;
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    @TempDir
    Path root;

    private void process(int pid, int parent, int group, String status, String rollup) throws IOException {
        Path process = Files.createDirectories(root.resolve("proc").resolve(Integer.toString(pid)));
        String tail = " 0".repeat(40);
        Files.writeString(
                process.resolve("stat"), pid + " (x) S " + parent + " " + group + " " + group + tail.substring(2));
        Files.writeString(process.resolve("status"), status);
        if (!rollup.isEmpty()) {
            Files.writeString(process.resolve("smaps_rollup"), rollup);
        }
    }

    private static String anonymous(int kibibytes) {
        return "Name:\tx\nVmRSS:\t  999999 kB\nRssAnon:\t  " + kibibytes + " kB\nRssFile:\t  50000 kB\n";
    }

    private static String share(int kibibytes) {
        return "00400000-7ffff000 ---p 00000000 00:00 0    [rollup]\nRss:   99999 kB\nPss:   77777 kB\nPss_Anon:     "
                + kibibytes + " kB\n";
    }

    private Map<Integer, Long> read(long limit, Integer... workers) {
        return OwnMemory.of(root).ofWorkers(Set.of(workers), limit);
    }

    @Test
    void anonymousPagesOfAllProcessesOfAWorkerAreAddedUp() throws IOException {
        process(10, 1, 10, anonymous(100), share(60));
        process(11, 10, 10, anonymous(200), share(70));
        process(12, 11, 12, anonymous(300), share(80));
        process(20, 1, 20, anonymous(5), "");
        process(30, 1, 30, anonymous(7), "");

        assertThat(read(MUCH, 10, 20)).isEqualTo(Map.of(10, 600 * KIB, 20, 5 * KIB));
    }

    @Test
    void whatProcessesShareSinceAForkCountsOnceWhereThatMatters() throws IOException {
        process(10, 1, 10, anonymous(100), share(60));
        process(11, 10, 10, anonymous(200), share(70));

        assertThat(read(300 * KIB, 10)).as("not more than that").containsEntry(10, 300 * KIB);
        assertThat(read(299 * KIB, 10)).containsEntry(10, 130 * KIB);
    }

    @Test
    void aProcessThatMayNotBeReadCountsByItsStatus() throws IOException {
        process(10, 1, 10, anonymous(100), "");
        process(11, 10, 10, anonymous(200), share(70));

        assertThat(read(0, 10)).containsEntry(10, 170 * KIB);
    }

    @Test
    void aSingleProcessSharesNothing() throws IOException {
        process(10, 1, 10, anonymous(100), share(60));

        assertThat(read(0, 10)).containsEntry(10, 100 * KIB);
    }

    @Test
    void whereTheKernelSaysNothingItIsNothing() throws IOException {
        process(10, 1, 10, "Name:\tx\n", "");

        assertThat(read(MUCH, 10)).containsEntry(10, 0L);
        assertThat(read(MUCH, 99)).isEmpty();
        assertThat(read(MUCH)).isEmpty();
    }

    /** It writes to its memory, forks, and both wait: each has all the pages, which are there once. */
    @Test
    void realProcessesAreSeenAsTheyAre() {
        String python = TestChild.python().orElse("");
        assumeFalse(python.isEmpty(), "needs python3");
        String script = "import os,time\nx=b'x'*(64<<20)\nos.fork()\ntime.sleep(600)";
        try (TestChild child = TestChild.start(List.of(python, "-c", script), Map.of())) {
            OwnMemory memory = OwnMemory.of(Path.of("/"));
            Set<Integer> workers = Set.of(child.pid());
            await("both hold it").untilAsserted(() -> assertThat(
                            memory.ofWorkers(workers, MUCH).get(child.pid()))
                    .isGreaterThan(128 * MIB));

            assertThat(memory.ofWorkers(workers, 128 * MIB).get(child.pid())).isBetween(64 * MIB, 100 * MIB);
        }
    }
}
