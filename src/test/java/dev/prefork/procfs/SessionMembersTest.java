package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.procfs.SessionMembers.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A /proc of files: 40 leads the session, 30 is the master. */
class SessionMembersTest {
    @TempDir
    Path proc;

    @BeforeEach
    void createProcesses() throws IOException {
        process(30, "S 1 30 20", "40 60");
        process(40, "S 30 40 40", "41 42 43");
        process(41, "S 40 40 40", "");
        process(42, "S 40 42 40", "44");
        process(43, "S 40 43 43", "45"); // began a session, after it had started 45
        process(44, "S 42 44 40", "");
        process(45, "S 43 40 40", "");
        process(60, "S 30 60 60", "");
    }

    @Test
    void allDescendantsThatAreInTheSessionAreFoundWithTheirGroups() {
        assertThat(SessionMembers.below(proc, List.of(40), 40))
                .containsExactlyInAnyOrder(
                        new Member(40, 40),
                        new Member(41, 40),
                        new Member(42, 42),
                        new Member(44, 44),
                        new Member(45, 40));
        assertThat(SessionMembers.below(proc, List.of(44, 60), 40)).containsExactly(new Member(44, 44));
    }

    @Test
    void aRootOfAnotherSessionIsNone() {
        assertThat(SessionMembers.below(proc, List.of(43), 43)).containsExactly(new Member(43, 43));
        assertThat(SessionMembers.below(proc, List.of(60), 40)).isEmpty();
    }

    @Test
    void zombiesDoNotRunButTheirChildrenAreStillTheirs() throws IOException {
        process(42, "Z 40 42 40", "44");
        assertThat(SessionMembers.below(proc, List.of(42, 99), 40)).containsExactly(new Member(44, 44));
    }

    @Test
    void pidsThatWereGivenAnewDoNotMakeItTurnInACircle() throws IOException {
        process(44, "S 42 44 40", "42");
        assertThat(SessionMembers.below(proc, List.of(42), 40)).containsExactly(new Member(42, 42), new Member(44, 44));
    }

    private void process(int pid, String fields, String children) throws IOException {
        Path task = Files.createDirectories(proc.resolve(pid + "/task/" + pid));
        Files.writeString(task.resolve("children"), children.isEmpty() ? "" : children + " ");
        Files.writeString(proc.resolve(pid + "/stat"), pid + " (x) " + fields + " 0 -1 0 0 0 0 0 1 2 3 4 20 0 1 0 1\n");
    }
}
