package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.command.WorkerAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A container whose memory runs out: the kernel kills a worker, and the master knows that it was the kernel. */
class OutOfMemoryIT {
    private static final long LIMIT = 512L << 20;

    @RegisterExtension
    final Processes processes = new Processes();

    private MemoryCgroup cgroup;

    @BeforeEach
    void limit() {
        cgroup = MemoryCgroup.limitedTo(LIMIT);
    }

    @AfterEach
    void unlimit() {
        cgroup.close();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void theWorkerThatTookItIsNamedCountedAndReplaced(Jdk jdk) throws IOException {
        StartedMaster master = start(jdk, "--workers 2 --recover-threshold 5");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        assertThat(master.probe("ready").body()).doesNotContain("last-exit");

        long dead = Deaths.byHunger(master);

        int slot = before.get(0).pid() == dead ? 0 : 1;
        String worker = "worker " + slot + " \\(pid " + dead + "\\) ";
        master.process().awaitLine("ERROR " + worker + "was OOM-killed", SOON);
        master.process().awaitLine("worker " + slot + " .* started to replace pid " + dead, SOON);
        assertExits(master, 1, 0);
        assertThat(master.probe("ready").body()).contains("\"last-exit-cause\": \"oom\"");
        assertThat(cgroup.oomKills()).isEqualTo(1);
        Map<Integer, WorkerAnswer> after = master.awaitAnswersOf(2);
        assertThat(after.get(1 - slot)).as("who took nothing").isEqualTo(before.get(1 - slot));
        assertThat(after.get(slot).pid()).isNotEqualTo(dead);
        master.stop();
    }

    @Test
    void oneKillByTheKernelExplainsOneDeath() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2 --recover-threshold 5");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        kill(master, before.get(0).pid());
        assertExits(master, 0, 1);

        long dead = Deaths.byHunger(master);
        master.process().awaitLine("\\(pid " + dead + "\\) was OOM-killed", SOON);
        long survivor = before.get(1).pid() == dead
                ? master.workerPid(0)
                : before.get(1).pid();
        kill(master, survivor);

        assertExits(master, 1, 2);
        assertThat(master.probe("ready").body()).contains("\"last-exit-cause\": \"signal\"");
        assertThat(cgroup.oomKills()).isEqualTo(1);
        master.stop();
    }

    /** The kernel kills the child, and the shell is the worker. */
    @Test
    void aShellMaySpeakForTheDead() throws IOException {
        List<String> worker = Scripts.python("pod/obedient.py");
        List<String> command = List.of("sh", "-c", "\"$1\" \"$2\"; exit $?", "sh", worker.get(0), worker.get(1));
        StartedMaster master = start(Jdks.running(), "--workers 1 --recover-threshold 5", command);
        long shell = master.workerPid(0);

        long dead = Deaths.byHunger(master);

        assertThat(dead).isNotEqualTo(shell);
        master.process().awaitLine("ERROR worker 0 \\(pid " + shell + "\\) was OOM-killed", SOON);
        assertExits(master, 1, 0);
        assertThat(master.probe("ready").body())
                .contains("(pid " + shell + "): OOM-killed, exit code 137 for a SIGKILL by the kernel");
        master.process().awaitLine("worker 0 .* started to replace pid " + shell, SOON);
        master.awaitAnswersOf(1);
        master.stop();
    }

    @Test
    void workersAreLikelierVictimsThanTheirMasterForAllTheirLives() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2");
        master.awaitAnswersOf(2);
        int own = oomScoreAdj(master.process().pid());
        int expected = Math.min(1000, own + 300);

        assertThat(oomScoreAdj(master.workerPid(0))).isEqualTo(expected);
        assertThat(oomScoreAdj(master.workerPid(1))).isEqualTo(expected);
        long dead = master.workerPid(1);
        kill(master, dead);
        master.process().awaitLine("worker 1 .* started to replace pid " + dead, SOON);
        assertThat(oomScoreAdj(master.workerPid(1))).isEqualTo(expected);
        master.stop();
    }

    @Test
    void theFirstOneEndsAMasterWhoseThresholdIsZeroAndTheReasonNamesTheRemedy() {
        StartedMaster master = start(Jdks.running(), "--workers 2 --recover-threshold 0");
        master.awaitAnswersOf(2);

        long dead = Deaths.byHunger(master);

        assertThat(StartedMaster.awaitRefusal(master.process(), 4))
                .matches(
                        "prefork: recover threshold exceeded: 1 unexpected worker exit within 60s and the recover threshold"
                                + " is 0; last: worker \\d \\(pid " + dead
                                + "\\): OOM-killed, SIGKILL by the kernel; raise the"
                                + " memory limit or lower --workers");
    }

    private static void kill(StartedMaster master, long pid) {
        Proc.signal(pid, "KILL");
        master.process()
                .awaitLine("ERROR worker \\d \\(pid " + pid + "\\) killed by SIGKILL, not sent by the master", SOON);
    }

    private static void assertExits(StartedMaster master, int oom, int signal) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(master.metrics())
                .contains(
                        "prefork_worker_exits_total{cause=\"oom\",planned=\"false\"} " + oom,
                        "prefork_worker_exits_total{cause=\"signal\",planned=\"false\"} " + signal));
    }

    private static int oomScoreAdj(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "oom_score_adj");
        return Integer.parseInt(Files.readString(file).strip());
    }

    private StartedMaster start(Jdk jdk, String options) {
        return start(jdk, options, Scripts.python("pod/obedient.py"));
    }

    private StartedMaster start(Jdk jdk, String options, List<String> command) {
        RunningProcess process = processes
                .prefork(jdk, arguments(options + " --ready notify --listen 127.0.0.1:0", command))
                .inside(cgroup)
                .start();
        return StartedMaster.of(process).awaitReady();
    }
}
