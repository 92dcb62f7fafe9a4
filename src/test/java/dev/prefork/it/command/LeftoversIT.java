package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What workers leave behind outside of their groups, and what no signal ends, at the end of an orderly stop. */
class LeftoversIT {
    private static final String OPTIONS = "--workers 1 --listen 127.0.0.1:0 --shutdown-grace-period 1s";

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aDaemonOfAWorkerIsAskedToStopAndThenKilled() throws IOException {
        StartedMaster master = start();
        String soft = master.get("/daemon/soft");
        String stubborn = master.get("/daemon/stubborn");

        master.stop();

        for (String daemon : List.of(soft, stubborn)) {
            assertThat(master.process().stdout())
                    .containsPattern("WARN +pid " + daemon
                            + " \\(python.*\\), which a worker left behind, still runs, stopping it");
        }
        assertThat(master.process().stdout())
                .containsPattern("WARN +pid " + stubborn + " .*does not stop, killing it")
                .doesNotContainPattern("pid " + soft + " .*killing it");
    }

    @Test
    void asPid1ItAsksThemTooBeforeTheKernelEndsThem() throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), OPTIONS, Scripts.worker()));
        RunningProcess unshare =
                processes.command(command.toArray(String[]::new)).start();
        String daemon = StartedMaster.of(unshare).get("/daemon/soft");

        Proc.signal(unshare.children().get(0), "TERM");

        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
        assertThat(unshare.stdout()).containsPattern("pid " + daemon + " .*still runs, stopping it");
        assertThat(unshare.family()).isEmpty();
    }

    @Test
    void whatTheProgramHadStartedBeforeItBecameTheMasterIsLeftAlone() throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "sleep 600 & echo neighbour $!; exec \"$@\"", "sh"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), OPTIONS, Scripts.worker()));
        RunningProcess process =
                processes.command(command.toArray(String[]::new)).start();
        long neighbour = Long.parseLong(
                process.awaitLine("^neighbour \\d+$", SOON).text().substring("neighbour ".length()));
        String daemon = StartedMaster.of(process).get("/daemon/soft");

        process.signal("TERM");

        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        assertThat(Proc.isAlive(neighbour)).isTrue();
        assertThat(process.family()).containsExactly(neighbour);
        assertThat(process.stdout()).contains("pid " + daemon).doesNotContain("pid " + neighbour);
    }

    @Test
    void aWorkerThatEvenSigkillDoesNotEndIsNamedAndTheExitCodeSaysSo() throws IOException {
        StartedMaster master = start();
        long worker = master.workerPid(0);
        hold(worker);

        master.process().signal("TERM");

        assertThat(master.process().awaitExit(SOON)).as(master.process()::dump).isEqualTo(6);
        assertThat(master.process().stdout()).contains("worker 0 (pid " + worker + ") survived SIGKILL");
        assertThat(master.process().stderr())
                .startsWith("prefork: stopped, but worker 0 (pid " + worker + ") survived SIGKILL; ");
    }

    @Test
    void aFrozenDaemonIsKilledAsWell() throws IOException {
        StartedMaster master = start();
        String daemon = master.get("/daemon/stubborn");
        Proc.freeze(Long.parseLong(daemon));

        master.process().signal("TERM");

        assertThat(master.process().awaitExit(SOON)).as(master.process()::dump).isZero();
        assertThat(master.process().family()).isEmpty();
    }

    /** A zombie that a debugger does not let go of is one that has not ended, for its parent. */
    private void hold(long pid) {
        RunningProcess tracer = processes
                .command(Scripts.python("command/tracer.py", Long.toString(pid)).toArray(String[]::new))
                .start();
        String said = tracer.awaitLine("^(holds|cannot)", SOON).text();
        Assumptions.assumeTrue(said.startsWith("holds"), said);
    }

    private StartedMaster start() {
        return StartedMaster.of(processes
                .prefork(Jdks.running(), arguments(OPTIONS, Scripts.worker()))
                .start());
    }
}
