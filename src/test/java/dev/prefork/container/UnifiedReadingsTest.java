package dev.prefork.container;

import static dev.prefork.container.Tree.GIB;
import static dev.prefork.container.Tree.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Version 2: one hierarchy for all controllers. */
class UnifiedReadingsTest {

    @TempDir
    Path root;

    private Tree tree;

    @BeforeEach
    void aMachineWithOneHierarchy() {
        tree = new Tree(root)
                .machine()
                .membership("0::/\n")
                .cgroup("cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n");
    }

    @Test
    void aDockerContainerInItsNamespaceReadsTheMountItself() {
        tree.cgroup("cpu.max", "250000 100000\n")
                .cgroup("cpuset.cpus.effective", "0-3,7\n")
                .cgroup("memory.max", "1073741824\n");

        Readings readings = tree.read();

        assertThat(readings.cpuQuota()).hasValue(2.5);
        assertThat(readings.cpuset()).hasValue(5);
        assertThat(readings.affinity()).hasValue(8);
        assertThat(readings.memoryLimit()).hasValue(GIB);
        assertThat(readings.memoryTotal()).hasValue(16 * GIB);
        assertThat(readings.memory()).hasValue(GIB);
    }

    @Test
    void aContainerWithoutLimitsHasNone() {
        tree.cgroup("cpu.max", "max 100000\n")
                .cgroup("cpuset.cpus.effective", "0-7\n")
                .cgroup("memory.max", "max\n");

        Readings readings = tree.read();

        assertThat(readings.cpuQuota()).isEmpty();
        assertThat(readings.memoryLimit()).isEmpty();
        assertThat(readings.memory()).as("all the machine has").hasValue(16 * GIB);
    }

    @Test
    void onAHostTheSmallestLimitOnTheWayUpCounts() {
        tree.membership("0::/kubepods.slice/pod1.slice/app.scope\n")
                .cgroup("kubepods.slice/cpu.max", "600000 100000\n")
                .cgroup("kubepods.slice/memory.max", "max\n")
                .cgroup("kubepods.slice/pod1.slice/cpu.max", "150000 100000\n")
                .cgroup("kubepods.slice/pod1.slice/memory.max", "536870912\n")
                .cgroup("kubepods.slice/pod1.slice/cpuset.cpus.effective", "0-1\n")
                .cgroup("kubepods.slice/pod1.slice/app.scope/cpu.max", "max 100000\n")
                .cgroup("kubepods.slice/pod1.slice/app.scope/memory.max", "1073741824\n")
                .cgroup("kubepods.slice/pod1.slice/app.scope/cpuset.cpus", "\n");

        Readings readings = tree.read();

        assertThat(readings.cpuQuota()).hasValue(1.5);
        assertThat(readings.memoryLimit()).hasValue(512 * MIB);
        assertThat(readings.cpuset()).hasValue(2);
    }

    @Test
    void limitsBesideTheWayUpDoNotCount() {
        tree.membership("0::/mine\n")
                .cgroup("mine/cpu.max", "400000 100000\n")
                .cgroup("other/cpu.max", "100000 100000\n");

        assertThat(tree.read().cpuQuota()).hasValue(4.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docker/0123456789abcdef", "/../../kubepods/pod1", "/..", "//x", "/a:b"})
    void aPathThatIsNotThereMeansTheMountIsOurOwn(String path) {
        tree.membership("0::" + path + "\n").cgroup("cpu.max", "200000 100000\n");

        assertThat(tree.read().cpuQuota()).hasValue(2.0);
    }

    @Test
    void aQuotaBelowOneCoreIsAFraction() {
        tree.cgroup("cpu.max", "25000 100000\n");

        assertThat(tree.read().cpuQuota()).hasValue(0.25);
    }

    @Test
    void aMemoryLimitAboveTheMachinesMemoryIsNone() {
        tree.cgroup("memory.max", Long.toString(64 * GIB));

        assertThat(tree.read().memoryLimit()).isEmpty();
        assertThat(tree.read().memory()).hasValue(16 * GIB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "max",
                "250000",
                "-1 100000",
                "0 100000",
                "100000 0",
                "a b",
                "1 2 3",
                "\u00ff\u0000\u0001",
                "99999999999999999999 100000"
            })
    void whatIsNoQuotaIsNoLimit(String garbage) {
        tree.cgroup("cpu.max", garbage);

        assertThat(tree.read().cpuQuota()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "-1", "0", "1 GiB", "18446744073709551615", "\u0000"})
    void whatIsNoMemoryLimitIsNone(String garbage) {
        tree.cgroup("memory.max", garbage);

        assertThat(tree.read().memoryLimit()).isEmpty();
    }

    @Test
    void aCpusetThatIsOnlyConfiguredCountsWithoutAnEffectiveOne() {
        tree.cgroup("cpuset.cpus", "2-3\n");

        assertThat(tree.read().cpuset()).hasValue(2);
    }
}
