package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaltTest {
    private static final Path PROC = Path.of("/proc");

    @Test
    void aProcessThatIsStoppedIsToldFromOneThatSleeps() throws Exception {
        Process stopped = new ProcessBuilder("sleep", "1000").start();
        Process sleeping = new ProcessBuilder("sleep", "1000").start();
        try {
            Set<Integer> pids = Set.of((int) stopped.pid(), (int) sleeping.pid());
            await().untilAsserted(() -> assertThat(Halt.of(PROC, pids)).isEmpty());
            signal("STOP", stopped);
            await().untilAsserted(() -> assertThat(Halt.of(PROC, pids))
                    .containsOnlyKeys((int) stopped.pid())
                    .extractingByKey((int) stopped.pid())
                    .extracting(Halt::kind)
                    .isEqualTo(Halt.Kind.STOPPED));
            signal("CONT", stopped);
            await().untilAsserted(() -> assertThat(Halt.of(PROC, pids)).isEmpty());
        } finally {
            stopped.destroyForcibly().waitFor();
            sleeping.destroyForcibly().waitFor();
        }
        assertThat(Halt.of(PROC, Set.of((int) stopped.pid()))).as("it is gone").isEmpty();
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Neither can be caused here without a debugger or a broken disk. */
    @Test
    void aDebuggersHoldAndAWaitInTheKernelAreRead(@TempDir Path proc) throws IOException {
        write(proc, 5, 't');
        write(proc, 6, 'D');
        write(proc, 7, 'R');
        write(proc, 8, 'Z');
        assertThat(Halt.of(proc, Set.of(5, 6, 7, 8, 9)))
                .isEqualTo(Map.of(5, new Halt(Halt.Kind.TRACED, 11), 6, new Halt(Halt.Kind.UNINTERRUPTIBLE, 11)));
    }

    private static void write(Path proc, int pid, char state) throws IOException {
        Path directory = Files.createDirectory(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                directory.resolve("stat"), pid + " (sh) " + state + " 1 7 7 0 -1 0 0 0 0 0 5 6 0 0 20 0 2 0 53 0 0\n");
    }
}
