package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {

    @TempDir
    Path root;

    private Tree tree;
    private Path mount;

    @BeforeEach
    void anEmptyMachine() {
        tree = new Tree(root);
        mount = root.resolve("sys/fs/cgroup");
    }

    @Test
    void theDirectoriesAreThoseThatExistFromTheDeepestUpToTheMount() {
        tree.membership("0::/a/b/c\n").cgroup("cgroup.controllers", "").cgroup("a/b/cgroup.procs", "");

        assertThat(Cgroup.of(root, "memory"))
                .isEqualTo(new Cgroup(true, List.of(mount.resolve("a/b"), mount.resolve("a"), mount)));
    }

    @Test
    void aPathThatLeadsOutOfTheMountIsNotFollowed() {
        tree.membership("0::/../../../proc\n").cgroup("cgroup.controllers", "").file("proc/memory.max", "1\n");

        assertThat(Cgroup.of(root, "memory").directories()).containsExactly(mount);
        assertThat(tree.read().memoryLimit()).isEmpty();
    }

    @Test
    void aControllerWithALineOfItsOwnIsOfVersionOne() {
        tree.membership("7:memory:/x\n0::/y\n")
                .cgroup("memory/x/cgroup.procs", "")
                .cgroup("unified/y/cgroup.procs", "");

        assertThat(Cgroup.of(root, "memory"))
                .isEqualTo(new Cgroup(false, List.of(mount.resolve("memory/x"), mount.resolve("memory"))));
        assertThat(Cgroup.of(root, "cpu"))
                .isEqualTo(new Cgroup(true, List.of(mount.resolve("unified/y"), mount.resolve("unified"))));
    }

    @Test
    void aControllerThatIsMountedNowhereHasNoDirectories() {
        tree.membership("7:memory:/x\n").cgroup("cpu/tasks", "");

        assertThat(Cgroup.of(root, "memory")).isEqualTo(new Cgroup(false, List.of()));
    }

    @Test
    void aColonInThePathBelongsToThePath() {
        tree.membership("0::/system.slice/a:b\n")
                .cgroup("cgroup.controllers", "")
                .cgroup("system.slice/a:b/x", "");

        assertThat(Cgroup.of(root, "cpu").directories()).startsWith(mount.resolve("system.slice/a:b"));
    }

    @Test
    void aControllerWhoseNameIsOnlyPartOfAnotherIsNotTaken() {
        tree.membership("2:cpuacct:/x\n1:cpuset:/x\n0::/\n")
                .cgroup("cgroup.controllers", "cpu\n")
                .cgroup("cpuacct/x/cpu.max", "100000 100000\n")
                .cgroup("cpu.max", "300000 100000\n");

        assertThat(tree.read().cpuQuota()).hasValue(3.0);
    }
}
