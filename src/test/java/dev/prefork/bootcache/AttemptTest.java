package dev.prefork.bootcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Another process, as another master, is a Python that locks as Java does, by lockf(3). */
class AttemptTest {
    private static final String KEY = "0123456789abcdef";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    private Path parent;

    private CacheDirectory directory;

    @BeforeEach
    void open() throws UnusableException {
        directory = CacheDirectory.open(parent, CacheDirectory.thisUser());
    }

    @Test
    void oneThatEndsLeavesNothing() throws IOException {
        Attempt attempt = Attempt.begin(directory.unfinished(KEY, "tmp"), directory.unfinished(KEY, Attempt.KIND));
        assertThat(marks()).hasSize(1);
        assertThat(directory.leftover(KEY)).as("it goes on").isEmpty();

        attempt.close();
        assertThat(directory.path()).isEmptyDirectory();
    }

    @Test
    void theMarkOfOneWhoseMasterWasKilledStays() throws IOException {
        Path mark = mark(KEY, Duration.ofDays(400));
        directory.removeStale();

        assertThat(directory.leftover(KEY)).contains(mark);
        assertThat(directory.leftover("fedcba9876543210")).isEmpty();
    }

    @Test
    void oneOfAnotherProcessIsDeadWhenThatIsKilled() throws IOException {
        Path mark = mark(KEY, Duration.ZERO);
        RunningProcess other = lock(mark, "LOCK_EX");
        assertThat(directory.leftover(KEY)).isEmpty();

        other.signal("KILL");
        other.awaitExit(PATIENCE);
        assertThat(directory.leftover(KEY)).contains(mark);
    }

    /** Such as two pods that begin at the same moment after a node was restarted. */
    @Test
    void aMasterThatAsksIsNotTakenForAnAttempt() throws IOException {
        Path mark = mark(KEY, Duration.ZERO);
        lock(mark, "LOCK_SH");
        assertThat(directory.leftover(KEY)).contains(mark);
    }

    @Test
    void onlyTheMarksOfTheNewestKeysAreKeptAndThoseOfAttemptsThatGoOn() throws IOException, UnusableException {
        List<Path> marks = new ArrayList<>();
        for (int i = 0; i < CacheDirectory.MOST_ARCHIVES + 3; i++) {
            marks.add(mark("%016x".formatted(i), Duration.ofDays(100 - i)));
        }
        lock(marks.get(1), "LOCK_EX");
        CacheDirectory.open(parent, CacheDirectory.thisUser());
        assertThat(marks).allSatisfy(mark -> assertThat(mark).exists());

        directory.removeStale();
        assertThat(marks.remove(2)).doesNotExist();
        assertThat(marks.remove(0)).doesNotExist();
        assertThat(marks()).containsExactlyInAnyOrderElementsOf(marks);
    }

    /** Such as of pods that share a volume and were killed together. */
    @Test
    void manyMarksOfOneKeyCountAsOne() throws IOException {
        Path other = mark("fedcba9876543210", Duration.ofDays(100));
        for (int i = 1; i <= CacheDirectory.MOST_ARCHIVES; i++) {
            mark(KEY, Duration.ofDays(i));
        }
        Path newest = mark(KEY, Duration.ZERO);
        directory.removeStale();
        assertThat(marks()).containsExactlyInAnyOrder(other, newest);
    }

    @Test
    void marksAreRemovedWithOldArchivesToo() throws IOException {
        List<Path> marks = new ArrayList<>();
        for (int i = 0; i <= CacheDirectory.MOST_ARCHIVES; i++) {
            marks.add(mark("%016x".formatted(i), Duration.ofDays(100 - i)));
        }
        directory.publish(Files.writeString(directory.unfinished(KEY, "tmp"), "content"), KEY);
        assertThat(marks.remove(0)).doesNotExist();
        assertThat(marks()).containsExactlyInAnyOrderElementsOf(marks);
    }

    private Path mark(String key, Duration age) throws IOException {
        Path mark = Files.createFile(directory.unfinished(key, Attempt.KIND));
        return Files.setLastModifiedTime(mark, FileTime.from(Instant.now().minus(age)));
    }

    private RunningProcess lock(Path file, String kind) {
        RunningProcess other = processes
                .command(
                        Tools.require("python3").toString(),
                        "-c",
                        "import fcntl, sys, time\nfile = open(sys.argv[1], 'r+')\n"
                                + "fcntl.lockf(file, getattr(fcntl, sys.argv[2]))\n"
                                + "print('locked', flush=True)\ntime.sleep(600)",
                        file.toString(),
                        kind)
                .start();
        other.awaitLine("locked", PATIENCE);
        return other;
    }

    private List<Path> marks() throws IOException {
        try (Stream<Path> files = Files.list(directory.path())) {
            return files.filter(file -> file.toString().endsWith("." + Attempt.KIND))
                    .toList();
        }
    }
}
