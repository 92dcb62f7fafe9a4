package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Proc;
import dev.prefork.os.TestChild;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {
    private static final Path PROC = Path.of("/proc");

    @Test
    void aChildIsListedWhileItRunsAndNotAsAZombie() {
        try (TestChild child = TestChild.start(List.of("/bin/sleep", "600"), Map.of())) {
            assertThat(Children.living(PROC)).contains(child.pid()).doesNotHaveDuplicates();
            Proc.signal(child.pid(), "KILL");
            await().until(() -> !Proc.isAlive(child.pid()));
            assertThat(Children.living(PROC)).doesNotContain(child.pid());
        }
    }

    @Test
    void thoseOfEveryThreadAreListedButForANumberThatWasCutOff(@TempDir Path proc) throws Exception {
        for (int thread : new int[] {7, 8, 9}) {
            Files.createDirectories(proc.resolve("self/task/" + thread));
        }
        Files.writeString(proc.resolve("self/task/7/children"), "12 13 ");
        Files.writeString(proc.resolve("self/task/9/children"), "14 1");
        for (int child : new int[] {1, 12, 13, 14}) {
            Files.createDirectories(proc.resolve(Integer.toString(child)));
            String state = child == 13 ? "Z" : "S";
            Files.writeString(
                    proc.resolve(child + "/stat"), child + " (a) b) " + state + " 7" + " 0".repeat(30) + "\n");
        }
        assertThat(Children.living(proc)).containsExactlyInAnyOrder(12, 14);
    }

    @Test
    void whereTheKernelKeepsNoListThereAreNone(@TempDir Path proc) throws Exception {
        assertThat(Children.living(proc)).isEmpty();
        Files.createDirectories(proc.resolve("self/task/7"));
        assertThat(Children.living(proc)).isEmpty();
    }

    @Test
    void aNameIsOneWordForPeopleWhateverIsInIt(@TempDir Path proc) throws Exception {
        Files.createDirectories(proc.resolve("7"));
        Files.writeString(proc.resolve("7/comm"), "a\tb\n");

        assertThat(Children.name(proc, 7)).isEqualTo("a?b");
        assertThat(Children.name(proc, 8)).isEqualTo("?");
    }

    @Test
    void whatAProcessWasStartedWithIsComparedAsAWhole() {
        try (TestChild child = TestChild.start(List.of("/bin/sleep", "600"), Map.of("A", "12", "B", "x=y"))) {
            await().until(() -> Children.startedWith(PROC, child.pid(), "A=12"));
            assertThat(Children.startedWith(PROC, child.pid(), "B=x=y")).isTrue();
            assertThat(Children.startedWith(PROC, child.pid(), "A=1")).isFalse();
        }
        assertThat(Children.startedWith(PROC, 999_999_999, "A=12")).isFalse();
    }
}
