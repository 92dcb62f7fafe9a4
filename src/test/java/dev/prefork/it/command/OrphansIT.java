package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a master owes its machine as the parent of last resort, beside other processes and as PID 1. */
class OrphansIT {
    /** The same in every test: two workers that answer. */
    private static final String OPTIONS = "--workers 2 --listen 127.0.0.1:0";

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @ValueSource(strings = {"here", "elsewhere"})
    void anOrphanOfAWorkerIsReapedInItsGroupOrOutside(String group) throws Exception {
        StartedMaster master = StartedMaster.of(processes
                .prefork(Jdks.running(), arguments(OPTIONS, Scripts.worker()))
                .start());
        Map<Integer, WorkerAnswer> workers = master.awaitAnswersOf(2);

        long orphan = Long.parseLong(master.get("/orphan/" + group));

        Awaitility.await().atMost(SOON).until(() -> Proc.state(orphan).isEmpty());
        assertThat(master.process().children())
                .containsExactlyInAnyOrder(workers.get(0).pid(), workers.get(1).pid());
        assertThat(master.awaitAnswersOf(2)).as("nobody took it for a worker").isEqualTo(workers);
        master.stop();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void asPid1ItReapsReplacesAndStopsAsAnywhere(Jdk jdk) throws Exception {
        RunningProcess unshare = inNamespace(jdk);
        StartedMaster master = StartedMaster.of(unshare);
        long pid1 = pid1(unshare);
        Map<Integer, WorkerAnswer> workers = master.awaitAnswersOf(2);
        List<Long> outside = Proc.children(pid1);
        assertThat(new WorkerView(outside.get(0)).environment("PREFORK_MASTER_PID"))
                .containsExactly("1");
        assertThat(outside).hasSize(2);

        master.get("/orphan/elsewhere");
        master.get("/orphan/here");
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(Proc.children(pid1))
                .isEqualTo(outside));

        Proc.signal(outside.get(0), "KILL");
        Awaitility.await().atMost(SOON).until(() -> {
            Map<Integer, WorkerAnswer> now = master.awaitAnswersOf(2);
            return !now.equals(workers) && Proc.children(pid1).size() == 2;
        });
        assertThat(Proc.children(pid1)).doesNotContain(outside.get(0)).contains(outside.get(1));

        Proc.signal(pid1, "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
        assertThat(unshare.family()).isEmpty();
    }

    @Test
    void asPid1ItOutlivesEverySignalThatMeansNothingToIt() throws Exception {
        RunningProcess unshare = inNamespace(Jdks.running());
        StartedMaster master = StartedMaster.of(unshare).awaitReady();
        Map<Integer, WorkerAnswer> workers = master.awaitAnswersOf(2);

        for (String signal : List.of("USR1", "USR2", "WINCH", "PIPE", "ALRM", "CHLD", "CONT")) {
            Proc.signal(pid1(unshare), signal);
            assertThat(master.isReady()).as("after " + signal).isTrue();
            assertThat(master.awaitAnswersOf(2)).as("after " + signal).isEqualTo(workers);
        }

        for (String named : List.of("USR1", "WINCH")) {
            unshare.awaitLine("WARN +SIG" + named + " is ignored", SOON);
        }
        Proc.signal(pid1(unshare), "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void besideOthersToo(Jdk jdk) throws Exception {
        StartedMaster master = StartedMaster.of(
                processes.prefork(jdk, arguments(OPTIONS, Scripts.worker())).start());
        Map<Integer, WorkerAnswer> workers = master.awaitAnswersOf(2);

        for (String signal : List.of("USR1", "USR2", "USR2", "WINCH")) {
            master.process().signal(signal);
            assertThat(master.awaitAnswersOf(2)).as("after " + signal).isEqualTo(workers);
        }

        master.process().awaitLine("SIGWINCH is ignored", SOON);
        assertThat(master.process().isAlive()).isTrue();
        master.stop();
    }

    private RunningProcess inNamespace(Jdk jdk) {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(StartedMaster.commandLine(jdk, OPTIONS, Scripts.worker()));
        return processes.command(command.toArray(String[]::new)).start();
    }

    /** The master's pid as seen from here. */
    private static long pid1(RunningProcess unshare) {
        assertThat(unshare.children()).hasSize(1);
        return unshare.children().get(0);
    }
}
