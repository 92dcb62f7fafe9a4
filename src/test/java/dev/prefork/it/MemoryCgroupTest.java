package dev.prefork.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MemoryCgroupTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long MIB = 1L << 20;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aProcessThatTakesMoreThanTheLimitIsKilledAndCounted() {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(32 * MIB)) {
            RunningProcess hog = processes
                    .command("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1")
                    .inside(cgroup)
                    .start();

            assertThat(hog.awaitExit(DEADLINE)).isEqualTo(128 + 9);
            assertThat(cgroup.oomKills()).isEqualTo(1);
        }
    }

    @Test
    void aProcessThatTakesLessIsLeftAlone() {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(256 * MIB)) {
            RunningProcess modest = processes
                    .command("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1")
                    .inside(cgroup)
                    .start();

            assertThat(modest.awaitExit(DEADLINE)).isZero();
            assertThat(cgroup.oomKills()).isZero();
        }
    }

    @Test
    void theLimitCanBeChangedBothWays() {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(64 * MIB)) {
            cgroup.limit(256 * MIB);
            assertThat(exitOfHundredMebibytes(cgroup)).isZero();
            cgroup.limit(32 * MIB);
            assertThat(exitOfHundredMebibytes(cgroup)).isEqualTo(128 + 9);
        }
    }

    private int exitOfHundredMebibytes(MemoryCgroup cgroup) {
        return processes
                .command("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1")
                .inside(cgroup)
                .start()
                .awaitExit(DEADLINE);
    }

    @Test
    void theProcessKeepsItsPidAndItsArguments() {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(64 * MIB)) {
            RunningProcess shell = processes
                    .command("sh", "-c", "echo $$ \"$1\"; read end", "sh", "a  'b'")
                    .inside(cgroup)
                    .start();

            shell.awaitLine("^" + shell.pid() + " a  'b'$", DEADLINE);
            assertThat(cgroup.processes()).containsExactly(shell.pid());
        }
    }

    @Test
    void closingKillsWhatIsLeftAndRemovesIt() throws IOException {
        MemoryCgroup cgroup = MemoryCgroup.limitedTo(64 * MIB);
        try {
            RunningProcess parent = processes
                    .command("sh", "-c", "sleep 600 & wait")
                    .inside(cgroup)
                    .start();
            Awaitility.await().atMost(DEADLINE).until(() -> cgroup.processes().size() == 2);
            List<Long> inside = cgroup.processes();

            cgroup.close();

            assertThat(inside).noneMatch(Proc::isAlive);
            assertThat(parent.awaitExit(DEADLINE)).isEqualTo(128 + 9);
            assertThat(cgroup.directory()).doesNotExist();
            assertThat(Files.exists(cgroup.directory().getParent())).isTrue();
        } finally {
            cgroup.close();
        }
    }
}
