package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * SIGTERM to PID 1 while it is being started. Before the runtime has a handler the kernel drops it, see pid_namespaces(7);
 * from then on it must end the container at whatever moment it comes.
 */
class EarlySignalIT {
    private static final int TERM = 15;

    @RegisterExtension
    final Processes processes = new Processes();

    private RunningProcess start() {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), "--workers 2 --listen 127.0.0.1:0", Scripts.worker()));
        return processes.command(command.toArray(String[]::new)).start();
    }

    @RepeatedTest(3)
    void aTermThatComesAsSoonAsTheRuntimeCatchesItIsNotLost() {
        RunningProcess unshare = start();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> unshare.children().stream()
                .anyMatch(pid -> Proc.catches(pid, TERM)));
        Proc.signal(BareContainer.pid1(unshare), "TERM");

        int code = unshare.awaitExit(SOON);
        // 128 + 15 where it is the JVM's own handler still, before any code of ours. In the last phase of its own start
        // a JVM
        // does not expect to be ended, and says that instead.
        if (!unshare.stdout().contains("Error occurred during initialization of VM")) {
            assertThat(code).as(unshare::dump).isIn(0, 128 + TERM);
        }
    }

    @RepeatedTest(3)
    void aTermThatComesWithTheFirstLineIsAStopAsAsked() {
        RunningProcess unshare = start();
        unshare.awaitLine("INFO", SOON);
        Proc.signal(BareContainer.pid1(unshare), "TERM");

        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
    }
}
