package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageTest {
    private static final int MASTER = 30;

    @TempDir
    Path proc;

    @BeforeEach
    void createProcesses() throws IOException {
        process(1, 0, 1);
        process(MASTER, 1, 30);
        process(40, MASTER, 40);
        process(41, 40, 40);
        process(42, 41, 42);
        process(43, MASTER, 44, 40);
        process(50, 1, 50);
    }

    @Test
    void aProcessComesFromItsGroupItsSessionAndItsAncestorsUpToTheMaster() {
        assertThat(Lineage.of(proc, 42, MASTER)).containsExactly(42, 42, 42, 41, 40, 40, 40, 40, 40);
        assertThat(Lineage.of(proc, 40, MASTER)).containsExactly(40, 40, 40);
        assertThat(Lineage.of(proc, 43, MASTER)).containsExactly(43, 44, 40);
    }

    @Test
    void pid1IsNoOnesAncestor() {
        assertThat(Lineage.of(proc, 50, MASTER)).containsExactly(50, 50, 50);
        assertThat(Lineage.of(proc, 1, MASTER)).isEmpty();
    }

    @Test
    void ofAProcessThatIsGoneNothingIsKnown() throws IOException {
        assertThat(Lineage.of(proc, 99, MASTER)).isEmpty();
        process(60, 99, 60);
        assertThat(Lineage.of(proc, 60, MASTER)).containsExactly(60, 60, 60);
    }

    @Test
    void pidsThatWereGivenAnewDoNotMakeItTurnInACircle() throws IOException {
        process(70, 71, 70);
        process(71, 70, 70);
        assertThat(Lineage.of(proc, 70, MASTER)).hasSizeLessThan(200).startsWith(70, 70, 70, 71, 70, 70, 70);
    }

    private void process(int pid, int parent, int group) throws IOException {
        process(pid, parent, group, group);
    }

    private void process(int pid, int parent, int group, int session) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"),
                pid + " (x) S " + parent + " " + group + " " + session + " 0 -1 0 0 0 0 0 1 2 3 4 20 0 1 0 1\n");
    }
}
