package dev.prefork.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The readers against a real cgroup and a real OOM killer. */
class RealCgroupTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Path ROOT = Path.of("/");
    private static final int KILLED = 128 + 9;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    @Test
    void aProcessInsideReadsItsLimitAndSeesItsNeighbourKilled() {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(333 * Tree.MIB)) {
            RunningProcess probe = processes
                    .command(
                            Jdks.running().java().toString(),
                            "-Xmx32m",
                            "-cp",
                            "target/classes:target/test-classes",
                            CgroupProbe.class.getName())
                    .inside(cgroup)
                    .start();
            probe.awaitLine("^OOM kills before: 0$", DEADLINE);

            assertThat(hog(cgroup).awaitExit(DEADLINE)).isEqualTo(KILLED);
            probe.closeInput();

            assertThat(probe.awaitExit(DEADLINE)).as(probe.dump()).isZero();
            assertThat(probe.stdout().lines())
                    .contains("memory limit: 333 MiB", "out of memory: " + OomRegime.ONE_PROCESS.explanation())
                    .contains("OOM kills after: 1")
                    .anyMatch(line -> line.startsWith("own cgroup: ")
                            && line.endsWith(cgroup.directory().toString()));
        }
    }

    @Test
    void theKillsOfAnotherProcessAreReadInItsOwnCgroup() {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(64 * Tree.MIB)) {
            RunningProcess inside =
                    processes.command("sleep", "600").inside(cgroup).start();
            Awaitility.await("the move into the cgroup").atMost(DEADLINE).until(() -> Cgroups.of(
                            ROOT, Long.toString(inside.pid()))
                    .cgroup("memory")
                    .own()
                    .equals(Optional.of(cgroup.directory())));
            OomKills kills = OomKills.of(Cgroups.of(ROOT, Long.toString(inside.pid())));
            OptionalLong ours = OomKills.of(ROOT).count();
            assertThat(kills.count()).hasValue(0);

            for (int killed = 1; killed <= 2; killed++) {
                assertThat(hog(cgroup).awaitExit(DEADLINE)).isEqualTo(KILLED);
                assertThat(kills.count()).hasValue(killed).hasValue(cgroup.oomKills());
            }
            if (!cgroup.isUnified()) {
                assertThat(OomKills.of(ROOT).count())
                        .as("version 1 does not add them up")
                        .isEqualTo(ours);
            }
        }
    }

    /** The figures for which the adjustment was chosen: a JVM as master, a native worker, a limit of 512 MiB. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSmallerWorkerIsKilledRatherThanTheMasterWhenItsScoreWasRaised(boolean raised) throws IOException {
        Assumptions.assumeTrue(
                OomScore.read(ROOT).explanation().endsWith("the OOM killer prefers workers"), "no room above our own");
        Path filling = Files.createTempFile(Path.of("/dev/shm"), "prefork-it-", "");
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(512 * Tree.MIB)) {
            RunningProcess master = holder(cgroup, 150);
            RunningProcess worker = holder(cgroup, 44);
            if (raised) {
                assertThat(OomScore.read(ROOT).raise((int) worker.pid())).isEmpty();
            }

            // Pages of a file in memory belong to no process: they only take the room. With 344 MiB there are some 26
            // too
            // many, which is less than either victim gives back.
            RunningProcess filler = processes
                    .command("dd", "if=/dev/zero", "of=" + filling, "bs=1M", "count=344")
                    .inside(cgroup)
                    .start();

            assertThat(filler.awaitExit(DEADLINE)).as(filler.dump()).isZero();
            RunningProcess victim = raised ? worker : master;
            assertThat(victim.awaitExit(DEADLINE)).isEqualTo(KILLED);
            assertThat((raised ? master : worker).isAlive()).isTrue();
            assertThat(cgroup.oomKills()).isEqualTo(1);
        } finally {
            Files.delete(filling);
        }
    }

    private RunningProcess hog(MemoryCgroup cgroup) {
        return processes
                .command("dd", "if=/dev/zero", "of=/dev/null", "bs=500M", "count=1")
                .inside(cgroup)
                .start();
    }

    /** A process that has so much memory and then waits for a reader that never comes. */
    private RunningProcess holder(MemoryCgroup cgroup, int mebibytes) throws IOException {
        Path pipe = directory.resolve("pipe-" + mebibytes);
        // Opened for reading too, see fifo(7), or the open would wait before dd has its memory.
        String script = "mkfifo \"$1\" && exec dd if=/dev/zero bs=" + mebibytes + "M count=1 1<>\"$1\"";
        RunningProcess holder = processes
                .command("sh", "-c", script, "sh", pipe.toString())
                .inside(cgroup)
                .start();
        Awaitility.await().atMost(DEADLINE).until(() -> resident(holder.pid()) >= mebibytes * Tree.MIB);
        return holder;
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
