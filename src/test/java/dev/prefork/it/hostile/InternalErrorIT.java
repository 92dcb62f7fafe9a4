package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An error in any thread of the master's process ends the pod in order, and a heap that is full does so too. */
class InternalErrorIT {
    private static final String OPTIONS = "--workers 2 --ready delay=0s --listen 127.0.0.1:0";
    private static final List<String> SLEEPER = List.of("/bin/sleep", "600");

    /** Takes a second to stop, in which there is time to ask how the master is. */
    private static final List<String> SLOW =
            List.of("/bin/sh", "-c", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.05; done");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private StartedMaster start(Jdk jdk, List<String> options, List<String> command) {
        return StartedMaster.of(processes
                        .prefork(jdk, options, arguments(OPTIONS, command))
                        .start())
                .awaitReady();
    }

    @ParameterizedTest
    @CsvSource({
        "dev.prefork.notify.NotifySockets, receive, prefork-notify, kill",
        "dev.prefork.master.Master, handle, prefork-master, kill",
        "dev.prefork.log.LogWriter, write, prefork-log, kill",
        "dev.prefork.listen.StallMeter, look, prefork-stalls, nothing",
        "dev.prefork.master.Master, scaleBy, SIGTTIN handler, TTIN",
        "dev.prefork.metrics.merge.Scrape, collect, executor-thread-\\d+, /q/metrics",
        "dev.prefork.master.Master, answers, .*-thread-\\d+, /q/health/live",
        "io.vertx.ext.web.impl.RouterImpl, handle, vert.x-eventloop-thread-\\d+, /q/health/live",
    })
    void anErrorInAThreadStopsTheWorkersInOrderAndIsTheReason(String type, String method, String thread, String cause)
            throws IOException {
        Faults faults = new Faults(directory);
        StartedMaster master = start(Jdks.running(), faults.onceIn(type, method), SLEEPER);
        long first = master.workerPid(0);
        long second = master.workerPid(1);
        faults.happen();
        switch (cause) {
            case "nothing" -> {}
            case "kill" -> Proc.signal(first, "KILL");
            case "TTIN" -> master.process().signal("TTIN");
            default -> ask(master, cause);
        }

        assertEnded(master.process(), thread, "java.lang.StackOverflowError: injected; this is a bug in Prefork");
        assertThat(master.process().stdout())
                .as(master.process()::dump)
                .containsPattern("worker 1 \\(pid " + second + "\\) stopped after .* \\(SIGTERM\\)");
    }

    /** The request itself may fail. */
    private static int ask(StartedMaster master, String path) {
        try {
            return Http.get(master.management(), path).status();
        } catch (IOException | AssertionError e) {
            return 0;
        }
    }

    private static void assertEnded(RunningProcess process, String thread, String error) {
        assertThat(process.awaitExit(SOON)).as(process::dump).isEqualTo(1);
        String reason = "internal error: thread " + thread + " failed: " + error;
        assertThat(process.stderr()).as(process::dump).containsPattern("(?m)^prefork: " + reason);
        assertThat(process.stdout().lines().filter(line -> line.matches(".* ERROR .*" + reason + ".*")))
                .as(process::dump)
                .hasSize(1);
        assertThat(process.family()).as(process::dump).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void aFullHeapEndsThePodInOrderAndIsNeverCalledLive(Jdk jdk) throws IOException {
        Faults faults = new Faults(directory);
        List<String> options = new ArrayList<>(faults.fullHeapUntil("dev.prefork.master.InternalErrors", "note"));
        options.add("-Xmx48m");
        StartedMaster master = start(jdk, options, SLOW);
        RunningProcess process = master.process();
        faults.happen();

        Awaitility.await().atMost(SOON).until(() -> {
            ask(master, "/q/metrics");
            return process.stdout().contains("internal error: thread ");
        });
        while (process.isAlive()) {
            assertThat(ask(master, "/q/health/live")).as(process::dump).isNotEqualTo(200);
        }
        assertEnded(process, ".*", "java.lang.OutOfMemoryError: .*; give the master a larger heap \\(-Xmx\\)");
        assertThat(process.stdout().lines().filter(line -> line.contains(" stopped after ")))
                .as(process::dump)
                .hasSize(2);
        assertThat(process.stdout()).as("signals are lost then").doesNotContain("killing it");
        assertThat(faults.isFull()).isTrue();
        assertThat(process.stderr()).as(process::dump).doesNotContain("\tat ");
    }

    @Test
    void aLoopThatBreaksAtEachStepLeavesNoWorkerBehind() throws IOException {
        Faults faults = new Faults(directory);
        List<String> options = faults.alwaysIn(
                Map.of("dev.prefork.supervise.Supervisor", List.of("next", "workerPids", "leaderlessGroups")));
        StartedMaster master = start(Jdks.running(), options, SLEEPER);
        RunningProcess process = master.process();
        faults.happen();
        Proc.signal(master.workerPid(0), "KILL");

        assertThat(process.awaitExit(SOON)).as(process::dump).isEqualTo(1);
        assertThat(process.stderr())
                .as(process::dump)
                .contains("prefork: internal error: thread prefork-master failed: java.lang.StackOverflowError");
        Awaitility.await().atMost(SOON).until(() -> process.family().isEmpty());
    }
}
