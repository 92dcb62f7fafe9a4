package dev.prefork.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.container.EverybodysClasses;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@link ProcessFigures} against the kernel, with process groups of shells. */
class RealProcessesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Takes some tenths of a second of CPU, and ticks are hundredths. */
    private static final String BURN = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; ";

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private String setsid;

    @BeforeEach
    void findSetsid() {
        setsid = Tools.require("setsid").toString();
    }

    @Test
    void timeInUserModeIsThatOfAWorkerWithItsChildren() {
        RunningProcess worker = group("(" + BURN + "); " + BURN + "echo ready; sleep 600");
        worker.awaitLine("^ready$", DEADLINE);
        int leader = (int) worker.pid();

        long user = new ProcessTree(Path.of("/proc")).userNanos(Set.of(leader)).get(leader);

        assertThat(user / 1e9).isPositive().isLessThanOrEqualTo(figures(leader).cpuSeconds());
        assertThat(new ProcessTree(directory).userNanos(Set.of(leader))).isEmpty();
    }

    @Test
    void aWorkerAndItsChildAreFoundAndAddedUp() {
        RunningProcess worker = group(BURN + "sleep 600 7</dev/null & echo ready; wait");
        worker.awaitLine("^ready$", DEADLINE);
        long child = Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> sleeper(worker), Optional::isPresent)
                .orElseThrow();
        int leader = (int) worker.pid();

        Figures figures = figures(leader);

        assertThat(Proc.group(child)).contains(worker.pid());
        assertThat(figures.cpuSeconds()).isBetween(0.02, 60.0);
        assertThat(figures.threads()).isEqualTo(2);
        assertThat(figures.openFiles())
                .hasValue(Proc.fds(leader).size() + Proc.fds(child).size());
        assertThat(Proc.fds(child)).containsKey(7);
        assertThat(figures.residentBytes()).isBetween(100L << 10, 100L << 20);
    }

    @Test
    void theTimeOfAChildThatWasWaitedForIsInItsParents() {
        RunningProcess worker = group("(" + BURN + "); echo ready; exec sleep 600");
        worker.awaitLine("^ready$", DEADLINE);

        Figures figures = figures((int) worker.pid());

        assertThat(figures.cpuSeconds()).isGreaterThanOrEqualTo(0.02);
        assertThat(figures.threads()).isEqualTo(1);
    }

    @Test
    void aZombieChildHasItsTimeAndNothingElse() {
        RunningProcess worker = group("(" + BURN + " echo $(exec sh -c 'echo $PPID')) & exec sleep 600");
        long child = Long.parseLong(worker.awaitLine("^\\d+$", DEADLINE).text());
        Awaitility.await().atMost(DEADLINE).until(() -> Proc.state(child).equals(Optional.of('Z')));

        Figures figures = figures((int) worker.pid());

        assertThat(figures.cpuSeconds()).isGreaterThanOrEqualTo(0.02);
        assertThat(figures.threads()).isEqualTo(1);
        assertThat(figures.openFiles()).hasValue(Proc.fds(worker.pid()).size());
    }

    @Test
    void aLeaderThatIsNotWaitedForStillHasItsTimeAndItsGroup() {
        RunningProcess parent = processes
                .command("sh", "-c", "\"$1\" sh -c \"$2\" & exec sleep 600", "sh", setsid, BURN + "sleep 600 & echo $$")
                .start();
        long leader = Long.parseLong(parent.awaitLine("^\\d+$", DEADLINE).text());
        Awaitility.await().atMost(DEADLINE).until(() -> Proc.state(leader).equals(Optional.of('Z')));

        Figures figures = figures((int) leader);

        assertThat(figures.cpuSeconds()).isGreaterThanOrEqualTo(0.02);
        assertThat(figures.threads()).as("of the sleeping rest").isEqualTo(1);
        assertThat(figures.residentBytes()).isPositive();
    }

    @Test
    void aGroupThatIsGoneHasNoFigures() {
        RunningProcess worker = group("exit 0");
        worker.awaitExit(DEADLINE);

        assertThat(ProcessFigures.of(Path.of("/")).ofGroups(Set.of((int) worker.pid())))
                .isEmpty();
    }

    @Test
    void theThreadsOfAJvmAreCounted() {
        int group = Proc.group(ProcessHandle.current().pid()).orElseThrow().intValue();
        assertThat(figures(group).threads()).isGreaterThanOrEqualTo(Thread.activeCount() + 1);
    }

    @Test
    void whoHasNoPrivilegesSeesOnlyTheNumberOfFilesOfAnotherUserAndThatOnlyWhereTheKernelCounts() {
        Tools.requireRoot();
        String setpriv = Tools.require("setpriv").toString();
        RunningProcess worker = group("echo ready; exec sleep 600");
        worker.awaitLine("^ready$", DEADLINE);

        List<String> nobody = List.of(setpriv, "--reuid=65534", "--regid=65534", "--clear-groups");
        List<String> probe = List.of(
                Jdks.running().java().toString(),
                "-cp",
                EverybodysClasses.copy(directory).toString(),
                ProcessFiguresProbe.class.getName(),
                Long.toString(worker.pid()));
        RunningProcess stranger = processes
                .command(Stream.concat(nobody.stream(), probe.stream()).toArray(String[]::new))
                .start();

        assertThat(stranger.awaitExit(DEADLINE)).as(stranger.dump()).isZero();
        boolean counts = KernelRelease.of(Path.of("/proc")).orElseThrow().isAtLeast(6, 2);
        assertThat(stranger.stdout()).contains("openFiles=OptionalInt" + (counts ? "[3]" : ".empty") + ", threads=1");
    }

    private RunningProcess group(String script) {
        return processes.command(setsid, "sh", "-c", script).start();
    }

    private static Figures figures(int group) {
        return ProcessFigures.of(Path.of("/")).ofGroups(Set.of(group)).get(group);
    }

    private static Optional<Long> sleeper(RunningProcess worker) {
        return worker.children().stream()
                .filter(child -> Proc.commandLine(child).contains("sleep"))
                .findFirst();
    }
}
