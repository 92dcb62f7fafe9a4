package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.command.WorkerAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PID 1 of a namespace: the parent of everybody's orphans, and the one whose death ends the pod. */
class Pid1IT {
    /** They end it, now or in a later version they ask it for something, or they print a thread dump. */
    private static final Set<Integer> MEANT =
            Set.of(1 /* HUP */, 2 /* INT */, 3 /* QUIT */, 15 /* TERM */, 21, 22 /* TTOU */);

    /** ILL, BUS, FPE, SEGV: a JVM has handlers for these, takes them for its own fault whoever sent them, and ends. */
    private static final Set<Integer> FATAL_TO_A_JVM = Set.of(4, 7, 8, 11);

    private static final int KILL = 9;
    private static final int STOP = 19;

    /** glibc keeps 32 and 33 for its threads. */
    private static final int FIRST_REAL_TIME = 34;

    @RegisterExtension
    final Processes processes = new Processes();

    private RunningProcess unshare;
    private StartedMaster master;
    private long pid1;
    private Map<Integer, WorkerAnswer> workers;

    @BeforeEach
    void start() {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), "--workers 2 --listen 127.0.0.1:0", Scripts.worker()));
        unshare = processes.command(command.toArray(String[]::new)).start();
        master = StartedMaster.of(unshare).awaitReady();
        unshare.awaitLine("all workers ready", SOON);
        pid1 = BareContainer.pid1(unshare);
        workers = master.awaitAnswersOf(2);
    }

    @Test
    void orphansLeaveNoZombieAndNoWord() throws IOException {
        List<Long> family = Proc.sameNamespace(pid1);
        assertThat(family).hasSize(3).contains(pid1);
        List<OutputLine> said = unshare.output();

        master.get("/orphan/elsewhere");
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(Proc.sameNamespace(pid1))
                .isEqualTo(family));
        for (int i = 0; i < 50; i++) {
            master.get("/orphan/elsewhere");
        }

        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(Proc.sameNamespace(pid1))
                .isEqualTo(family));
        assertThat(family).noneMatch(pid -> Proc.state(pid).orElse('X') == 'Z');
        assertThat(master.awaitAnswersOf(2)).isEqualTo(workers);
        assertThat(unshare.output()).isEqualTo(said);
        stop();
    }

    @Test
    void noSignalFromOutsideEndsItThatMeansNothing() throws IOException {
        for (int signal : meaningless()) {
            if (signal != KILL && signal != STOP) {
                Proc.signal(pid1, Integer.toString(signal));
                assertServes(signal);
            }
        }
        stop();
    }

    /** From inside not even KILL and STOP reach it; see pid_namespaces(7). */
    @Test
    void norFromInside() throws IOException {
        for (int signal : meaningless()) {
            master.get("/signal/" + signal);
            assertServes(signal);
        }
        stop();
    }

    private static List<Integer> meaningless() {
        return IntStream.concat(IntStream.rangeClosed(1, 31), IntStream.rangeClosed(FIRST_REAL_TIME, 64))
                .boxed()
                .filter(signal -> !MEANT.contains(signal) && !FATAL_TO_A_JVM.contains(signal))
                .toList();
    }

    private void assertServes(int signal) throws IOException {
        assertThat(master.isReady()).as("after signal " + signal).isTrue();
        assertThat(Proc.state(pid1)).as("after signal " + signal).hasValueSatisfying(state -> assertThat(state)
                .isNotIn('T', 'Z'));
        assertThat(master.awaitAnswersOf(2)).as("after signal " + signal).isEqualTo(workers);
    }

    private void stop() {
        Proc.signal(pid1, "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
        assertThat(unshare.family()).isEmpty();
    }
}
