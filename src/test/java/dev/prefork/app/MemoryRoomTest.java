package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.Tree;
import dev.prefork.container.WorkerKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryRoomTest {
    private static final long MIB = 1L << 20;
    private static final int PAGE = 4096;

    @TempDir
    private Path root;

    private Tree tree;

    @BeforeEach
    void aGibibyte() {
        tree = new Tree(root)
                .file("proc/self/cgroup", "0::/\n")
                .file("sys/fs/cgroup/cgroup.controllers", "memory")
                .file("sys/fs/cgroup/memory.max", 1024 * MIB + "\n")
                .file("sys/fs/cgroup/memory.stat", "anon 0\n");
    }

    /** A command is estimated at 64 MiB. */
    private boolean hasRoom(long usedMib, Integer... workers) {
        tree.file("sys/fs/cgroup/memory.current", usedMib * MIB + "\n");
        return MemoryRoom.of(root, WorkerKind.COMMAND).isBeside(List.of(workers));
    }

    private void worker(int pid, long mib) {
        tree.file(
                "proc/" + pid + "/stat",
                pid + " (app) S 1 " + pid + " " + pid + " 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 0 0 " + mib * MIB / PAGE
                        + "\n");
    }

    @Test
    void theEstimateHasToBeFree() {
        worker(101, 10);
        assertThat(hasRoom(960, 101)).isTrue();
        assertThat(hasRoom(961, 101)).isFalse();
    }

    @Test
    void moreHasToBeFreeWhereWorkersTakeMore() {
        worker(101, 100);
        worker(102, 300);
        assertThat(hasRoom(824, 101, 102)).isTrue();
        assertThat(hasRoom(825, 101, 102)).isFalse();
    }

    @Test
    void aFewWorkersTellEnough() {
        for (int pid = 101; pid <= 104; pid++) {
            worker(pid, 100);
        }
        worker(105, 900);
        assertThat(hasRoom(924, 101, 102, 103, 104, 105)).isTrue();
    }

    @Test
    void oneThatIsGoneTellsNothing() {
        assertThat(hasRoom(960, 101)).isTrue();
        assertThat(hasRoom(961)).isFalse();
    }

    @Test
    void withoutALimitThereIsRoom() {
        tree.file("sys/fs/cgroup/memory.max", "max\n");
        assertThat(hasRoom(100_000)).isTrue();
    }
}
