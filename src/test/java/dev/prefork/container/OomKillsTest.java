package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OomKillsTest {

    @TempDir
    Path root;

    private Tree tree;

    @BeforeEach
    void anEmptyMachine() {
        tree = new Tree(root);
    }

    @Test
    void versionTwoCountsInItsEvents() {
        tree.membership("0::/\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n");

        assertThat(OomKills.of(root).count()).hasValue(5);
    }

    @Test
    void versionOneCountsInItsOomControl() {
        tree.membership("7:memory:/web\n")
                .cgroup("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 9\n")
                .cgroup("memory/web/memory.oom_control", "oom_kill_disable 0\nunder_oom 1\noom_kill 2\n");

        assertThat(OomKills.of(root).count()).as("of our own cgroup").hasValue(2);
    }

    @Test
    void everyCountReadsAgain() {
        tree.membership("0::/\n").cgroup("cgroup.controllers", "memory").cgroup("memory.events", "oom_kill 0\n");
        OomKills kills = OomKills.of(root);
        assertThat(kills.count()).hasValue(0);

        tree.cgroup("memory.events", "oom_kill 1\n");

        assertThat(kills.count()).hasValue(1);
    }

    @Test
    void thePathIsResolvedOnce() {
        tree.membership("0::/a\n")
                .cgroup("cgroup.controllers", "memory")
                .cgroup("a/memory.events", "oom_kill 1\n")
                .cgroup("b/memory.events", "oom_kill 2\n");
        OomKills kills = OomKills.of(root);

        tree.membership("0::/b\n");

        assertThat(kills.count()).hasValue(1);
        assertThat(OomKills.of(root).count()).hasValue(2);
    }

    @Test
    void aKernelBefore413HasNoCount() {
        tree.membership("7:memory:/\n").cgroup("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");

        assertThat(OomKills.of(root).count()).isEmpty();
    }

    @Test
    void thereIsNoneWhereNothingIsMounted() {
        assertThat(OomKills.of(root).count()).isEmpty();
        assertThat(OomKills.of(root.resolve("nowhere")).count()).isEmpty();
    }

    @Test
    void aCgroupThatIsRemovedLaterHasNone() {
        tree.membership("0::/\n").cgroup("cgroup.controllers", "memory").cgroup("memory.events", "oom_kill 3\n");
        OomKills kills = OomKills.of(root);
        assertThat(kills.count()).hasValue(3);

        assertThat(root.resolve("sys/fs/cgroup/memory.events").toFile().delete())
                .isTrue();

        assertThat(kills.count()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "oom_kill",
                "oom_kill \n",
                "oom_kill -1",
                "oom_kill x",
                "oom_killer 1",
                "oom_kill 9999999999999999999"
            })
    void whatIsNoCountIsAbsent(String garbage) {
        tree.membership("0::/\n").cgroup("cgroup.controllers", "memory").cgroup("memory.events", garbage);

        assertThat(OomKills.of(root).count()).isEmpty();
    }
}
