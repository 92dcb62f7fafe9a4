package dev.prefork.container;

import static dev.prefork.container.Tree.GIB;
import static dev.prefork.container.Tree.MIB;
import static dev.prefork.container.Tree.V1_UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Version 1, a hierarchy per controller, alone or beside version 2. */
class SeparateReadingsTest {
    private static final String POD = "/kubepods/burstable/pod7d5f/4b3c";
    private static final String KUBERNETES = "12:pids:" + POD + "\n6:memory:" + POD + "\n5:cpuset:" + POD
            + "\n4:cpu,cpuacct:" + POD + "\n1:name=systemd:" + POD + "\n";

    @TempDir
    Path root;

    private Tree tree;

    @BeforeEach
    void aMachineWithHierarchiesPerController() {
        tree = new Tree(root).machine().membership(KUBERNETES);
    }

    @Test
    void aKubernetesContainerSeesItsOwnCgroupAtTheMountAndTheHostsPathInProc() {
        tree.cgroup("cpu,cpuacct/cpu.cfs_quota_us", "150000\n")
                .cgroup("cpu,cpuacct/cpu.cfs_period_us", "100000\n")
                .cgroup("cpuset/cpuset.cpus", "0-7\n")
                .cgroup("cpuset/cpuset.effective_cpus", "0-3\n")
                .cgroup("memory/memory.limit_in_bytes", "536870912\n");

        Readings readings = tree.read();

        assertThat(readings.cpuQuota()).hasValue(1.5);
        assertThat(readings.cpuset()).as("what is effective").hasValue(4);
        assertThat(readings.memoryLimit()).hasValue(512 * MIB);
    }

    @Test
    void theLinkNamedAfterTheControllerIsFollowed() throws IOException {
        tree.cgroup("cpu,cpuacct/cpu.cfs_quota_us", "300000\n").cgroup("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        Files.createSymbolicLink(root.resolve("sys/fs/cgroup/cpu"), Path.of("cpu,cpuacct"));

        assertThat(tree.read().cpuQuota()).hasValue(3.0);
    }

    @Test
    void anotherOrderOfTheControllersInProcFindsTheSameMount() {
        tree.membership("4:cpuacct,cpu:/\n")
                .cgroup("cpu,cpuacct/cpu.cfs_quota_us", "300000\n")
                .cgroup("cpu,cpuacct/cpu.cfs_period_us", "100000\n");

        assertThat(tree.read().cpuQuota()).hasValue(3.0);
    }

    @Test
    void onAHostTheSmallestLimitOnTheWayUpCounts() {
        tree.cgroup("memory/memory.limit_in_bytes", V1_UNLIMITED)
                .cgroup("memory/kubepods/memory.limit_in_bytes", Long.toString(8 * GIB))
                .cgroup("memory/kubepods/burstable/memory.limit_in_bytes", V1_UNLIMITED)
                .cgroup("memory" + POD + "/memory.limit_in_bytes", V1_UNLIMITED)
                .cgroup("cpu" + POD + "/cpu.cfs_quota_us", "-1\n")
                .cgroup("cpu" + POD + "/cpu.cfs_period_us", "100000\n")
                .cgroup("cpu/kubepods/burstable/pod7d5f/cpu.cfs_quota_us", "50000\n")
                .cgroup("cpu/kubepods/burstable/pod7d5f/cpu.cfs_period_us", "100000\n");

        assertThat(tree.read().memoryLimit()).hasValue(8 * GIB);
        assertThat(tree.read().cpuQuota()).hasValue(0.5);
    }

    @Test
    void minusOneAndTheHugeNumberMeanUnlimited() {
        tree.cgroup("cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
                .cgroup("cpu,cpuacct/cpu.cfs_period_us", "100000\n")
                .cgroup("memory/memory.limit_in_bytes", V1_UNLIMITED + "\n");

        assertThat(tree.read().cpuQuota()).isEmpty();
        assertThat(tree.read().memoryLimit()).isEmpty();
    }

    @Test
    void theHugeNumberMeansUnlimitedEvenWhereTheMachinesMemoryIsUnknown() {
        tree.file("proc/meminfo", "garbage\n").cgroup("memory/memory.limit_in_bytes", V1_UNLIMITED + "\n");

        assertThat(tree.read().memoryLimit()).isEmpty();
        assertThat(tree.read().memoryTotal()).isEmpty();
        assertThat(tree.read().memory()).isEmpty();
    }

    @Test
    void aQuotaWithoutAPeriodIsNoLimit() {
        tree.cgroup("cpu,cpuacct/cpu.cfs_quota_us", "150000\n");

        assertThat(tree.read().cpuQuota()).isEmpty();
    }

    @Test
    void aHybridMachineHasItsControllersInVersionOneAndNothingInUnified() {
        tree.membership("9:name=systemd:/\n4:memory:/api/78f0\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/\n0::/\n")
                .cgroup("unified/cgroup.controllers", "\n")
                .cgroup("cpu/cpu.cfs_quota_us", "-1\n")
                .cgroup("cpu/cpu.cfs_period_us", "100000\n")
                .cgroup("cpuset/cpuset.effective_cpus", "0-1\n")
                .cgroup("memory/memory.limit_in_bytes", V1_UNLIMITED)
                .cgroup("memory/api/memory.limit_in_bytes", Long.toString(4 * GIB));

        Readings readings = tree.read();

        assertThat(readings.cpuQuota()).isEmpty();
        assertThat(readings.cpuset()).hasValue(2);
        assertThat(readings.memoryLimit()).as("of the ancestor that is there").hasValue(4 * GIB);
    }

    @Test
    void aControllerOfAHybridMachineThatIsInUnifiedIsReadThere() {
        tree.membership("1:cpu:/\n0::/app\n")
                .cgroup("unified/cgroup.controllers", "memory\n")
                .cgroup("unified/app/memory.max", Long.toString(GIB))
                .cgroup("cpu/cpu.cfs_quota_us", "200000\n")
                .cgroup("cpu/cpu.cfs_period_us", "100000\n");

        assertThat(tree.read().memoryLimit()).hasValue(GIB);
        assertThat(tree.read().cpuQuota()).hasValue(2.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage\n", "a:b\n", "1:cpu:no/slash\n", "1:cpu:/\u0000\n", "\u00fe\u00ff"})
    void withoutAReadableMembershipTheMountsAreReadThemselves(String garbage) {
        tree.membership(garbage)
                .cgroup("memory/memory.limit_in_bytes", Long.toString(GIB))
                .cgroup("cpu/cpu.cfs_quota_us", "200000\n")
                .cgroup("cpu/cpu.cfs_period_us", "100000\n");

        assertThat(tree.read().memoryLimit()).hasValue(GIB);
        assertThat(tree.read().cpuQuota()).hasValue(2.0);
    }
}
