package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.probe.ConnectionProbeTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A /proc of files, for what root cannot be refused and processes that come and go too quickly; {@link ConnectionProbeTest} has
 * the real one.
 */
class ProcessTreeTest {
    @TempDir
    Path proc;

    private ProcessTree families;

    @BeforeEach
    void createFamilies() throws IOException {
        families = new ProcessTree(proc);
        Files.createDirectories(proc.resolve("sys"));
        process(1, "S 0 1", 10);
        process(40, "S 1 40", 11);
    }

    @Test
    void aWorkerHoldsWhatItsGroupItsSessionAndItsDescendantsHold() throws IOException {
        process(41, "S 40 40", 12); // in its group
        process(42, "S 1 40", 13); // in its group, but no longer its child
        process(43, "S 41 43", 14); // with a group of its own
        process(44, "S 1 44", 15); // a stranger
        process(45, "S 1 45 40", 16); // an orphan with a group of its own in its session
        assertThat(families.holders(Set.of(10L, 11L, 12L, 13L, 14L, 15L, 16L, 99L), Set.of(40)))
                .isEqualTo(Map.of(11L, 40, 12L, 40, 13L, 40, 14L, 40, 16L, 40));
    }

    @Test
    void eachSocketIsItsHolders() throws IOException {
        process(50, "S 1 50", 20);
        process(51, "S 50 50", 21);
        assertThat(families.holders(Set.of(11L, 21L), Set.of(40, 50))).isEqualTo(Map.of(11L, 40, 21L, 50));
    }

    @Test
    void aNameMayLookLikeTheRestOfTheLine() throws IOException {
        process(60, ") S 40 40 (", "S 1 60", 30);
        assertThat(families.holders(Set.of(30L), Set.of(40))).isEmpty();
        assertThat(families.holders(Set.of(30L), Set.of(60))).isEqualTo(Map.of(30L, 60));
    }

    @Test
    void processesThatEndMeanwhileAndZombiesHoldNothing() throws IOException {
        Files.createDirectories(proc.resolve("70"));
        process(71, "Z 40 40", 31);
        process(72, "S 40 40", 32);
        Files.delete(proc.resolve("72/fd/5"));
        Files.delete(proc.resolve("72/fd"));
        assertThat(families.holders(Set.of(31L, 32L), Set.of(40, 70))).isEmpty();
        assertThat(families.hidden()).isEmpty();
    }

    @Test
    void parentsInACircleAreNotFollowedForEver() throws IOException {
        process(80, "S 81 80", 33);
        process(81, "S 80 81", 34);
        assertThat(families.holders(Set.of(33L, 34L), Set.of(40))).isEmpty();
    }

    @Test
    void descriptorsThatMayNotBeListedAreRemembered() throws IOException {
        process(41, "S 40 40", 12);
        Files.delete(proc.resolve("41/fd/5"));
        Files.delete(proc.resolve("41/fd"));
        Path inTheWay =
                Files.createFile(proc.resolve("41/fd")); // no directory: it cannot be listed, like one of others
        assertThat(families.holders(Set.of(11L, 12L), Set.of(40))).isEqualTo(Map.of(11L, 40));
        assertThat(families.hidden()).containsExactly(41);
        Files.delete(inTheWay);
        families.holders(Set.of(11L), Set.of(40));
        assertThat(families.hidden()).isEmpty();
    }

    @Test
    void aWorkerWithAProcessThatMayNotBeLookedIntoIsHiddenAndOneThatIsNotThereNotVisible() throws IOException {
        process(41, "S 40 40", 12);
        Files.delete(proc.resolve("41/fd/5"));
        Files.delete(proc.resolve("41/fd"));
        Files.createFile(proc.resolve("41/fd"));
        assertThat(families.listening(Set.of(40, 50)))
                .isEqualTo(new ProcessTree.Look(Set.of(), Set.of(40), Set.of(40)));
    }

    @Test
    void withoutAProcNobodyHoldsAnything() {
        assertThat(new ProcessTree(proc.resolve("missing")).holders(Set.of(11L), Set.of(40)))
                .isEmpty();
    }

    private void process(int pid, String fields, long inode) throws IOException {
        process(pid, "python3", fields, inode);
    }

    private void process(int pid, String name, String fields, long inode) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(String.valueOf(pid)));
        String session = fields.split(" ").length == 4 ? "" : " 1";
        Files.writeString(
                directory.resolve("stat"),
                pid + " (" + name + ") " + fields + session + " 0 -1 4194304 0 0 0 0 5 6 0 0 20 0 1 0 0\n");
        Path descriptors = Files.createDirectories(directory.resolve("fd"));
        Files.createSymbolicLink(descriptors.resolve("5"), Path.of("socket:[" + inode + "]"));
    }
}
