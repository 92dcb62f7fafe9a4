package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFiguresTest {
    @TempDir
    Path root;

    private Tree tree;

    @BeforeEach
    void aMachineWithOthers() {
        tree = new Tree(root)
                .file("proc/uptime", "1.00 1.00")
                .file("proc/self/stat", stat("1", "S", 7, 100, 1))
                .file("proc/7x/stat", stat("7", "S", 7, 100, 1));
        process(1, 1, 500, 9_000, 2, 3);
        process(90, 90, 500, 9_000, 2, 3);
    }

    @Test
    void oneProcessIsAGroup() {
        process(7, 7, 150, 2_048, 3, 12);

        assertThat(figures(7)).isEqualTo(new Figures(1.5, 2_048 << 12, OptionalInt.of(3), 12));
    }

    @Test
    void theProcessesOfAGroupAreAddedUp() {
        process(7, 7, 1, 100, 2, 1);
        process(8, 7, 20, 200, 3, 4);
        process(3, 7, 300, 300, 4, 5);

        assertThat(figures(7)).isEqualTo(new Figures(3.21, 600 << 12, OptionalInt.of(9), 10));
    }

    @Test
    void everyGroupThatWasAskedForHasItsOwnFiguresAndOthersHaveNone() {
        process(7, 7, 100, 1, 1, 1);
        process(8, 8, 200, 2, 2, 2);
        process(9, 8, 300, 3, 3, 3);

        assertThat(ProcessFigures.of(root).ofGroups(Set.of(7, 8, 4711)))
                .containsOnlyKeys(7, 8)
                .containsEntry(7, new Figures(1, 1 << 12, OptionalInt.of(1), 1))
                .containsEntry(8, new Figures(5, 5 << 12, OptionalInt.of(5), 5));
    }

    @Test
    void everyReadingReadsAgain() {
        ProcessFigures figures = ProcessFigures.of(root);
        assertThat(figures.ofGroups(Set.of(7))).isEmpty();

        process(7, 7, 100, 1, 1, 1);
        assertThat(figures.ofGroups(Set.of(7)).get(7).cpuSeconds()).isEqualTo(1);

        process(7, 7, 200, 1, 1, 1);
        assertThat(figures.ofGroups(Set.of(7)).get(7).cpuSeconds()).isEqualTo(2);
    }

    @Test
    void aShorterFileIsNotReadWithTheRestOfALongerOneBehindIt() {
        process(7, 7, 123_456_789, 123_456_789, 0, 1_000);
        process(8, 7, 1, 1, 0, 1);
        tree.file("proc/9/stat", stat("9", "S", 7, 0, 1));

        assertThat(figures(7).residentBytes()).isEqualTo(123_456_790L << 12);
        assertThat(figures(7).threads()).isEqualTo(1_002);
    }

    @Test
    void aZombieIsThereWithItsTimesOnly() {
        process(7, 7, 100, 1, 1, 1);
        tree.file("proc/7/stat", stat("7", "Z", 7, 250, 1));

        assertThat(figures(7)).isEqualTo(new Figures(2.5, 0, OptionalInt.of(0), 0));
    }

    @Test
    void whatCannotBeSeenOfAZombieDoesNotHideTheFilesOfTheOthers() {
        process(7, 7, 100, 1, 4, 1);
        tree.file("proc/8/stat", stat("8", "Z", 7, 100, 1));
        hideFiles(8);

        assertThat(figures(7).openFiles()).hasValue(4);
    }

    @Test
    void filesThatMayNotBeSeenMakeTheNumberUnknownAndNothingElse() {
        process(7, 7, 100, 1, 4, 1);
        process(8, 7, 100, 1, 0, 1);
        hideFiles(8);

        assertThat(figures(7)).isEqualTo(new Figures(2, 2 << 12, OptionalInt.empty(), 2));
    }

    @Test
    void aProcessThatEndsWhileItIsReadCountsWithWhatWasRead() {
        tree.file("proc/7/stat", stat("7", "S", 7, 100, 3));

        assertThat(figures(7)).isEqualTo(new Figures(1, 0, OptionalInt.of(0), 3));
    }

    @Test
    void processesWithoutAReadableLineAreSkipped() throws IOException {
        process(7, 7, 100, 1, 1, 1);
        tree.file("proc/8/stat", "").file("proc/9/stat", "9 (half) S 1 7").file("proc/10/cmdline", "hidden");
        Files.createDirectories(root.resolve("proc/11/stat"));

        assertThat(figures(7)).isEqualTo(new Figures(1, 1 << 12, OptionalInt.of(1), 1));
    }

    @Test
    void memoryIsCountedInPagesOfTheSizeThatTheKernelHasTold() {
        process(7, 7, 100, 3, 1, 1);
        auxv(33, 140_736, 6, 65_536, 17, 100, 0, 0);

        assertThat(figures(7).residentBytes()).isEqualTo(3 << 16);
    }

    @Test
    void withoutAnAnswerAPageIsOfTheUsualSize() {
        process(7, 7, 100, 3, 1, 1);
        auxv(33, 140_736, 6, 0, 6);

        assertThat(figures(7).residentBytes()).isEqualTo(3 << 12);
    }

    /** Two readings of a process that runs are never equal, but no page size is nearer to another than by a factor of 4. */
    @Test
    void theMemoryOfARealProcessIsWhatItsStatusSays() throws IOException {
        long status = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
        int self = Math.toIntExact(ProcessHandle.current().pid());

        assertThat(ProcessFigures.of(Path.of("/")).ofProcess(self).orElseThrow().residentBytes())
                .isBetween(status / 2, status * 2);
    }

    @Test
    void withoutProcThereAreNoFigures() {
        assertThat(ProcessFigures.of(root.resolve("nowhere")).ofGroups(Set.of(7)))
                .isEmpty();
    }

    @Test
    void nobodyAskedForNothingRead() {
        process(7, 7, 100, 1, 1, 1);
        assertThat(ProcessFigures.of(root).ofGroups(Set.of())).isEmpty();
    }

    private Figures figures(int group) {
        return ProcessFigures.of(root).ofGroups(Set.of(group)).get(group);
    }

    private void process(int pid, int group, long ticks, long pages, int files, int threads) {
        String directory = "proc/" + pid + "/";
        tree.file(directory + "stat", stat(Integer.toString(pid), "S", group, ticks, threads, pages));
        for (int fd = 0; fd < files; fd++) {
            if (Files.notExists(root.resolve(directory + "fd/" + fd), LinkOption.NOFOLLOW_LINKS)) {
                tree.link(directory + "fd/" + fd, "socket:[" + pid + fd + "]");
            }
        }
    }

    /** A directory that may not be listed would not stop root. */
    private void hideFiles(int pid) {
        tree.file("proc/" + pid + "/fd", "no directory");
    }

    private void auxv(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.asLongBuffer().put(words);
        try {
            Files.write(root.resolve("proc/self/auxv"), bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String stat(String pid, String state, int group, long ticks, int threads) {
        return stat(pid, state, group, ticks, threads, 0);
    }

    private static String stat(String pid, String state, int group, long ticks, int threads, long pages) {
        long one = ticks / 4;
        return pid + " (a (b) c) " + state + " 1 " + group + " 1 0 -1 4194560 1 2 3 4 " + one + " " + one + " " + one
                + " " + (ticks - 3 * one) + " 20 0 " + threads + " 0 5317 2895712256 " + pages
                + " 18446744073709551615 1 1\n";
    }
}
