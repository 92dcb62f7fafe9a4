package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void anEmptyMachine() {
        tree = new Tree(root);
    }

    @Test
    void versionTwoLeavesTheLimitLessTheUseButForFilesReadOnce() {
        tree.membership("0::/\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("memory.max", "1000\n")
                .cgroup("memory.current", "900\n")
                .cgroup("memory.stat", "anon 500\ninactive_file 300\nactive_file 100\n");

        assertThat(FreeMemory.read(root)).hasValue(400);
    }

    @Test
    void garbageAmongTheStatisticsIsPassedOver() throws IOException {
        tree.membership("0::/\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("memory.max", "1000\n")
                .cgroup("memory.current", "900\n")
                .cgroup("memory.stat", "anon 500\n");
        try (Stream<Path> files = Files.walk(root)) {
            Path statistics = files.filter(file -> file.endsWith("memory.stat"))
                    .findFirst()
                    .orElseThrow();
            Files.write(statistics, new byte[] {(byte) 0xff, '\n'});
            Files.writeString(statistics, "inactive_file 300\n", StandardOpenOption.APPEND);
        }

        assertThat(FreeMemory.read(root)).hasValue(400);
    }

    @Test
    void versionOneHasOtherNames() {
        tree.membership("7:memory:/web\n")
                .cgroup("memory/memory.limit_in_bytes", "5000\n")
                .cgroup("memory/memory.usage_in_bytes", "100\n")
                .cgroup("memory/web/memory.limit_in_bytes", "1000\n")
                .cgroup("memory/web/memory.usage_in_bytes", "900\n")
                .cgroup("memory/web/memory.stat", "inactive_file 1\ntotal_inactive_file 50\n");

        assertThat(FreeMemory.read(root)).as("the tightest").hasValue(150);
    }

    @Test
    void withoutALimitNothingIsKnown() {
        tree.membership("0::/\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("memory.max", "max\n")
                .cgroup("memory.current", "900\n");

        assertThat(FreeMemory.read(root)).isEmpty();
    }

    @Test
    void withoutStatisticsTheUseIsWhatItIs() {
        tree.membership("0::/\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("memory.max", "1000\n")
                .cgroup("memory.current", "900\n");

        assertThat(FreeMemory.read(root)).hasValue(100);
    }
}
