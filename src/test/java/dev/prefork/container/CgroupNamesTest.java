package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cgroups with names that not every locale has letters for. */
class CgroupNamesTest {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path root;

    /** Says what is read below the given root. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            System.out.println(
                    "quota " + Readings.read(Path.of(arguments[0]), Map.of()).cpuQuota());
        }
    }

    /** Without a locale, a JVM before 18 refuses to name such a file; then the mount itself is read. */
    @Test
    void withoutALocaleTheMountItselfIsRead() {
        new Tree(root)
                .machine()
                .membership("0::/caf\u00e9\n")
                .file("proc/self/mountinfo", "1 0 0:1 / /sys/fs/cgroup/caf\u00e9 rw - cgroup2 cgroup rw\n")
                .cgroup("cgroup.controllers", "cpu memory\n")
                .cgroup("cpu.max", "250000 100000\n");

        RunningProcess program = processes
                .command(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Program.class.getName(),
                        root.toString())
                .env("LC_ALL", "C")
                .start();

        assertThat(program.awaitExit(Duration.ofSeconds(60))).isZero();
        assertThat(program.stdout()).contains("2.5");
    }
}
