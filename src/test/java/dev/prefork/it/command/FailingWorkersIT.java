package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that cannot be run, that end at once, and that die too often. */
class FailingWorkersIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aCommandThatIsNotThereIsRefused() {
        assertThat(StartedMaster.awaitRefusal(start("--workers 1", List.of("no-such-program", "x")), 3))
                .startsWith("prefork: command no-such-program was not found on PATH (")
                .endsWith("install it, correct PATH, or give the command's full path");
        assertThat(StartedMaster.awaitRefusal(start("--workers 1", List.of("./no/such/program")), 3))
                .contains("command ./no/such/program does not exist");
    }

    @Test
    void aFileThatMayNotBeExecutedIsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("plain"), "#!/bin/sh\nexec sleep 600\n");

        assertThat(StartedMaster.awaitRefusal(start("--workers 1", List.of(file.toString())), 3))
                .contains("is not executable", "set its execute permission");
        assertThat(StartedMaster.awaitRefusal(start("--workers 1", List.of(directory.toString())), 3))
                .contains("is a directory");
    }

    @Test
    void anInterpreterThatIsNotThereIsFoundOutWhenTheWorkerEnds(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();

        RunningProcess process = start("--workers 1", List.of(file.toString()));

        assertThat(process.awaitExit(SOON)).isEqualTo(3);
        // What the worker says of itself comes first.
        assertThat(process.stderr().lines().reduce((first, second) -> second).orElseThrow())
                .startsWith("prefork: the first generation never became ready")
                .contains("exit code 127");
        assertThat(process.family()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void aCommandThatEndsAtOnceIsGivenUpWithItsLastExit(int exitCode) {
        RunningProcess process = start("--workers 1", List.of("sh", "-c", "exit " + exitCode));

        String reason = StartedMaster.awaitRefusal(process, 3);

        assertThat(reason)
                .matches(
                        "prefork: the first generation never became ready: 2 unexpected worker exits since the start and the"
                                + " recover threshold is 1; last: worker 0 \\(pid \\d+\\): exit code " + exitCode
                                + "; .*");
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void moreDeathsThanTheThresholdAllowsEndTheMaster(Jdk jdk) throws Exception {
        StartedMaster master = StartedMaster.of(start(jdk, "--workers 2 --recover-threshold 1", Scripts.worker()));
        master.process().awaitLine("all workers ready", SOON);
        long first = master.workerPid(0);
        Proc.signal(first, "KILL");
        master.process().awaitLine("worker 0 .* started to replace pid " + first, SOON);
        long second = master.workerPid(1);

        Proc.signal(second, "SEGV");

        assertThat(StartedMaster.awaitRefusal(master.process(), 4))
                .startsWith("prefork: recover threshold exceeded: 2 unexpected worker exits within 60s and the recover"
                        + " threshold is 1; last: worker 1 (pid " + second + "): SIGSEGV");
    }

    @Test
    void aThresholdOfZeroEndsTheMasterAtTheFirstDeath() throws Exception {
        StartedMaster master =
                StartedMaster.of(start("--workers 2 --recover-threshold 0 --ready delay=100ms", Scripts.worker()));
        master.process().awaitLine("all workers ready", SOON);

        Proc.signal(master.workerPid(1), "KILL");

        assertThat(StartedMaster.awaitRefusal(master.process(), 4))
                .contains("1 unexpected worker exit within 60s and the recover threshold is 0");
    }

    @Test
    void aDeathIsCountedNamedAndFollowedByTheWaitThatWasAskedFor() throws Exception {
        StartedMaster master = StartedMaster.of(start("--workers 2 --recover-interval 300ms", Scripts.worker()));
        master.awaitAnswersOf(2);
        assertThat(master.metrics()).contains("prefork_worker_restarts_total{worker=\"1\"} 0");
        long dead = master.workerPid(1);

        Proc.signal(dead, "KILL");

        master.process()
                .awaitLine("ERROR worker 1 \\(pid " + dead + "\\) killed by SIGKILL, not sent by the master", SOON);
        Pattern wait = Pattern.compile("worker 1 restarts in (\\d\\.\\d\\d) s, after 1 failure$");
        Matcher line =
                wait.matcher(master.process().awaitLine(wait.pattern(), SOON).text());
        assertThat(line.find()).isTrue();
        assertThat(Double.parseDouble(line.group(1)))
                .as("300 ms, half of it more or less")
                .isBetween(0.15, 0.46);
        master.process().awaitLine("worker 1 .* started to replace pid " + dead, SOON);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(master.metrics())
                .contains(
                        "prefork_worker_restarts_total{worker=\"0\"} 0",
                        "prefork_worker_restarts_total{worker=\"1\"} 1",
                        "prefork_worker_exits_total{cause=\"signal\",planned=\"false\"} 1",
                        "prefork_worker_exits_total{cause=\"exit\",planned=\"false\"} 0",
                        "prefork_worker_starts_total{reason=\"boot\"} 2",
                        "prefork_worker_starts_total{reason=\"recover\"} 1",
                        "prefork_recover_exits 1",
                        "prefork_recover_threshold 1",
                        "prefork_worker_up{worker=\"1\"} 1"));
        assertThat(master.awaitAnswersOf(2).get(1).pid()).isNotEqualTo(dead);
        master.stop();
    }

    @Test
    void aStopDuringTheWaitBeforeARespawnIsNotHeldUpByIt() throws Exception {
        StartedMaster master = StartedMaster.of(
                start("--workers 2 --recover-interval 1h --recover-interval-max 1h", Scripts.worker()));
        master.awaitAnswersOf(2);
        Proc.signal(master.workerPid(0), "KILL");
        master.process().awaitLine("worker 0 restarts in \\d+\\.\\d\\d s", SOON);

        master.stop();
    }

    private RunningProcess start(String options, List<String> command) {
        return start(Jdks.running(), options, command);
    }

    private RunningProcess start(Jdk jdk, String options, List<String> command) {
        return processes
                .prefork(jdk, arguments(options + " --listen 127.0.0.1:0", command))
                .start();
    }
}
