package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

        assertThat(Cgroups.of(root).cgroup("memory"))
                .isEqualTo(new Cgroup(true, List.of(mount.resolve("a/b"), mount.resolve("a"), mount)));
    }

    @Test
    void aPathThatLeadsOutOfTheMountIsNotFollowed() {
        tree.membership("0::/../../../proc\n").cgroup("cgroup.controllers", "").file("proc/memory.max", "1\n");

        assertThat(Cgroups.of(root).cgroup("memory").directories()).containsExactly(mount);
        assertThat(tree.read().memoryLimit()).isEmpty();
    }

    @Test
    void aControllerWithALineOfItsOwnIsOfVersionOne() {
        tree.membership("7:memory:/x\n0::/y\n")
                .cgroup("memory/x/cgroup.procs", "")
                .cgroup("unified/y/cgroup.procs", "");

        assertThat(Cgroups.of(root).cgroup("memory"))
                .isEqualTo(new Cgroup(false, List.of(mount.resolve("memory/x"), mount.resolve("memory"))));
        assertThat(Cgroups.of(root).cgroup("cpu"))
                .isEqualTo(new Cgroup(true, List.of(mount.resolve("unified/y"), mount.resolve("unified"))));
    }

    @Test
    void aControllerThatIsMountedNowhereHasNoDirectories() {
        tree.membership("7:memory:/x\n").cgroup("cpu/tasks", "");

        assertThat(Cgroups.of(root).cgroup("memory")).isEqualTo(new Cgroup(false, List.of()));
    }

    @Test
    void aColonInThePathBelongsToThePath() {
        tree.membership("0::/system.slice/a:b\n")
                .cgroup("cgroup.controllers", "")
                .cgroup("system.slice/a:b/x", "");

        assertThat(Cgroups.of(root).cgroup("cpu").directories()).startsWith(mount.resolve("system.slice/a:b"));
    }

    @Test
    void aControllerWhoseNameIsOnlyPartOfAnotherIsNotTaken() {
        tree.membership("2:cpuacct:/x\n1:cpuset:/x\n0::/\n")
                .cgroup("cgroup.controllers", "cpu\n")
                .cgroup("cpuacct/x/cpu.max", "100000 100000\n")
                .cgroup("cpu.max", "300000 100000\n");

        assertThat(tree.read().cpuQuota()).hasValue(3.0);
    }

    @Test
    void aMountThatShowsOnlyAPartOfTheHierarchyIsWhereThePathBeginsToCount() {
        tree.membership("7:memory:/docker/4b3c/inner\n")
                .file("proc/self/mountinfo", mountinfo("/docker/4b3c", "memory"))
                .cgroup("memory/inner/x", "")
                .cgroup("memory/docker/4b3c/inner/x", "of a container inside");

        assertThat(Cgroups.of(root).cgroup("memory").directories())
                .containsExactly(mount.resolve("memory/inner"), mount.resolve("memory"));
    }

    @Test
    void theMountIsFoundThroughTheLinkNamedAfterTheController() {
        tree.membership("4:cpu,cpuacct:/docker/4b3c\n")
                .file("proc/self/mountinfo", mountinfo("/docker/4b3c", "cpu,cpuacct"))
                .cgroup("cpu,cpuacct/docker/cpu.cfs_quota_us", "of another")
                .link("sys/fs/cgroup/cpu", "cpu,cpuacct");

        assertThat(Cgroups.of(root).cgroup("cpu").own()).contains(mount.resolve("cpu"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docker/4b", "/other", "/..", "/docker/4b3c/inner/more"})
    void aMountOfAnotherPartOfTheHierarchyDoesNotShortenThePath(String part) {
        tree.membership("7:memory:/docker/4b3c/inner\n")
                .file("proc/self/mountinfo", mountinfo(part, "memory"))
                .cgroup("memory/docker/4b3c/inner/x", "");

        assertThat(Cgroups.of(root).cgroup("memory").own()).contains(mount.resolve("memory/docker/4b3c/inner"));
    }

    @Test
    void anotherProcessIsFoundThroughOurMounts() {
        tree.membership("0::/mine\n")
                .file("proc/77/cgroup", "0::/others\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("mine/x", "")
                .cgroup("others/x", "");

        assertThat(Cgroups.of(root, "77").cgroup("memory").own()).contains(mount.resolve("others"));
        assertThat(Cgroups.of(root).cgroup("memory").own()).contains(mount.resolve("mine"));
    }

    @Test
    void whereNothingIsMountedThereIsNoOwnDirectory() {
        tree.membership("0::/x\n");

        assertThat(Cgroups.of(root).cgroup("memory").own()).isEmpty();
        assertThat(Cgroups.of(root.resolve("nowhere")).cgroup("memory").own()).isEmpty();
    }

    private static String mountinfo(String part, String controllers) {
        return "30 23 0:26 / /sys rw,relatime shared:7 - sysfs sysfs rw\n"
                + "35 31 0:32 " + part + " /sys/fs/cgroup/" + controllers + " ro,nosuid master:9 - cgroup cgroup rw,"
                + controllers + "\n";
    }
}
