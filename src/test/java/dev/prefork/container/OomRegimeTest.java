package dev.prefork.container;

import static dev.prefork.container.OomRegime.NO_KILL;
import static dev.prefork.container.OomRegime.ONE_PROCESS;
import static dev.prefork.container.OomRegime.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OomRegimeTest {

    @TempDir
    Path root;

    private Tree tree;

    @BeforeEach
    void anEmptyMachine() {
        tree = new Tree(root);
    }

    /** A process in /pod/app; groups and limits of the container's namespace root, the pod and the app. */
    @ParameterizedTest
    @CsvSource({
        // groups: mount, pod, app; limits: mount, pod, app
        "0, 0, 0, max, max, 512, ONE_PROCESS",
        "0, 0, 1, max, max, 512, WHOLE_CONTAINER",
        "0, 0, 1, max, 256, 512, WHOLE_CONTAINER",
        "0, 1, 0, max, 256, 512, WHOLE_CONTAINER",
        "0, 1, 0, max, 512, 512, WHOLE_CONTAINER",
        "0, 1, 0, max, 512, 256, ONE_PROCESS",
        "1, 0, 0, 512, max, max, WHOLE_CONTAINER",
        "1, 0, 0, 512, 256, max, ONE_PROCESS",
        "1, 0, 0, max, max, max, WHOLE_CONTAINER",
        "0, 0, 0, max, max, max, ONE_PROCESS"
    })
    void groupsCountFromOurOwnCgroupUpToTheLimitThatIsHit(
            int mountGroup,
            int podGroup,
            int appGroup,
            String mountMax,
            String podMax,
            String appMax,
            OomRegime regime) {
        tree.membership("0::/pod/app\n").cgroup("cgroup.controllers", "memory");
        level("", mountGroup, mountMax);
        level("pod/", podGroup, podMax);
        level("pod/app/", appGroup, appMax);

        assertThat(regime()).isEqualTo(regime);
    }

    private void level(String directory, int group, String max) {
        tree.cgroup(directory + "memory.oom.group", group + "\n").cgroup(directory + "memory.max", max + "\n");
    }

    @Test
    void versionOneKillsOneProcess() {
        tree.membership("7:memory:/web\n").cgroup("memory/web/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");

        // The mount has no limit either: it is the topmost that would run out.
        tree.cgroup("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
        assertThat(regime()).isEqualTo(ONE_PROCESS);
    }

    @Test
    void versionOneKillsNobodyWhereThatIsDisabled() {
        tree.membership("7:memory:/web\n")
                .cgroup("memory/memory.limit_in_bytes", Tree.V1_UNLIMITED)
                .cgroup("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n")
                .cgroup("memory/web/memory.limit_in_bytes", Long.toString(Tree.GIB))
                .cgroup("memory/web/memory.oom_control", "oom_kill_disable 1\nunder_oom 0\n");

        assertThat(regime()).isEqualTo(NO_KILL);
    }

    @Test
    void whatIsDisabledBelowTheLimitThatIsHitDoesNotCount() {
        tree.membership("7:memory:/web\n")
                .cgroup("memory/memory.limit_in_bytes", Long.toString(Tree.GIB))
                .cgroup("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n")
                .cgroup("memory/web/memory.limit_in_bytes", Long.toString(2 * Tree.GIB))
                .cgroup("memory/web/memory.oom_control", "oom_kill_disable 1\nunder_oom 0\n");

        assertThat(regime()).isEqualTo(ONE_PROCESS);
    }

    @Test
    void nothingIsKnownWithoutFiles() {
        assertThat(regime()).isEqualTo(UNKNOWN);
        tree.membership("7:memory:/\n");
        assertThat(regime()).isEqualTo(UNKNOWN);
        tree.cgroup("memory/memory.oom_control", "garbage\n");
        assertThat(regime()).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(OomRegime.class)
    void everyRegimeIsExplainedInOneSentence(OomRegime regime) {
        assertThat(regime.explanation())
                .hasSizeBetween(20, 160)
                .doesNotContain("\n")
                .doesNotEndWith(".");
    }

    private OomRegime regime() {
        return Readings.read(root, Map.of()).oomRegime();
    }
}
