package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pod whose containers share their processes: somebody else is PID 1, and strangers live next door. */
class SharedNamespaceIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void reapsItsOwnOrphansAndLeavesStrangersAlone(Jdk jdk) throws IOException {
        RunningProcess unshare = start(jdk);
        StartedMaster master = StartedMaster.of(unshare).awaitReady();
        master.awaitAnswersOf(2);
        long init = BareContainer.pid1(unshare);
        long own = master(init);
        long stranger = child(init, own);
        List<Long> strangers = List.of(stranger, child(stranger, -1));
        List<Long> family = Proc.sameNamespace(init);
        assertThat(family)
                .as("init, the strangers, the master, its guardian, its workers")
                .hasSize(7)
                .containsAll(strangers);

        List<String> orphans = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            orphans.add(master.get("/orphan/" + (i % 2 == 0 ? "elsewhere" : "here")));
        }
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(Proc.sameNamespace(init))
                .isEqualTo(family));
        assertThat(reaped(unshare)).as("none of them was init's").isEmpty();

        Proc.signal(stranger, "USR1");
        unshare.awaitLine("^reaped \\d+$", SOON);
        assertThat(orphans).doesNotContainAnyElementsOf(reaped(unshare));

        Proc.signal(own, "TERM");
        unshare.awaitLine("^the command ended: 0$", SOON);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(Proc.sameNamespace(init))
                .containsExactlyInAnyOrder(init, strangers.get(0), strangers.get(1)));
        assertThat(strangers).allMatch(Proc::isAlive);
        assertThat(reaped(unshare)).as("the stranger's orphan alone").hasSize(1);

        Proc.signal(init, "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
    }

    private RunningProcess start(Jdk jdk) {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(Scripts.python("pod/init.py"));
        command.addAll(StartedMaster.commandLine(jdk, "--workers 2 --listen 127.0.0.1:0", Scripts.worker()));
        return processes.command(command.toArray(String[]::new)).start();
    }

    private static long master(long init) {
        return Proc.children(init).stream()
                .filter(child -> ProgramUnderTest.isRunBy(Proc.commandLine(child)))
                .findFirst()
                .orElseThrow();
    }

    private static long child(long parent, long except) {
        List<Long> children =
                Proc.children(parent).stream().filter(child -> child != except).toList();
        assertThat(children).hasSize(1);
        return children.get(0);
    }

    private static List<String> reaped(RunningProcess unshare) {
        return unshare.output().stream()
                .map(OutputLine::text)
                .filter(line -> line.startsWith("reaped "))
                .map(line -> line.substring("reaped ".length()))
                .toList();
    }
}
