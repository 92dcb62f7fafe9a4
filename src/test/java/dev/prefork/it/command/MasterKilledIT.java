package dev.prefork.it.command;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A master beside others that is killed by SIGKILL, and the process that it has for that case. */
class MasterKilledIT {
    private static final String OPTIONS = "--workers 2 --listen 127.0.0.1:0";
    private static final List<String> TELLS_OF_TERM =
            List.of("sh", "-c", "trap 'echo got TERM' TERM; echo up; while :; do sleep 600; done");

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void workersOfAnyCommandEndWithItAndTheirAddressIsFreeAgain() throws IOException {
        StartedMaster master = start(Scripts.worker());
        master.awaitAnswersOf(2);
        long guardian = master.process().guardian();

        master.process().signal("KILL");

        awaitNothingLeft(master);
        await().until(() -> !Proc.isAlive(guardian));
    }

    /** The guardian is stopped, so that it cannot be too quick for the workers on a busy machine. */
    @Test
    void theyAreAskedToStopFirstAndKilledWhenTheGuardianHasGivenThemAMoment() {
        StartedMaster master = start(TELLS_OF_TERM);
        master.process().awaitLines("^up$", 2, SOON);
        List<Long> workers = master.process().children();
        long guardian = master.process().guardian();
        Proc.freeze(guardian);

        master.process().signal("KILL");

        master.process().awaitLines("^got TERM$", 2, SOON);
        assertThat(workers).hasSize(2).allMatch(Proc::isAlive);
        Proc.signal(guardian, "CONT");
        await().until(() -> workers.stream().noneMatch(Proc::isAlive));
    }

    @Test
    void withoutAShellTheyAreKilledAtOnceWithoutAGuardian() throws IOException {
        String mount = "mount --make-rprivate / && mount --bind /dev/null /bin/sh && exec \"$@\"";
        Tools.requireSuccess("this user may not mount", List.of("unshare", "--mount", "sh", "-c", mount, "sh", "true"));
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", mount, "sh"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), OPTIONS, Scripts.worker("--ignore-term")));
        StartedMaster master = StartedMaster.of(
                processes.command(command.toArray(String[]::new)).start());
        master.awaitAnswersOf(2);
        assertThat(Proc.children(master.process().pid())).as("workers alone").hasSize(2);

        master.process().signal("KILL");

        awaitNothingLeft(master);
    }

    @Test
    void aPipeFromItsOutputEndsWithIt() {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" | cat; echo the pipe is closed", "sh"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), OPTIONS, Scripts.worker("--ignore-term")));
        RunningProcess shell = processes.command(command.toArray(String[]::new)).start();
        StartedMaster.of(shell).awaitAnswersOf(2);
        long master = shell.children().stream()
                .filter(child -> ProgramUnderTest.isRunBy(Proc.commandLine(child)))
                .findFirst()
                .orElseThrow();

        Proc.signal(master, "KILL");

        shell.awaitLine("^the pipe is closed$", SOON);
    }

    @Test
    void theGuardianHoldsNothingOfTheMastersAndEndsWithItInAnOrderlyStop() {
        StartedMaster master = start(Scripts.worker());
        WorkerView guardian = new WorkerView(master.process().guardian());
        await().untilAsserted(() -> assertThat(ignored(guardian)).contains(1, 2, 3, 15));
        Map<Integer, String> open = Proc.fds(guardian.pid());

        assertThat(open).containsOnlyKeys(0, 1, 2, 3);
        assertThat(open.get(0))
                .startsWith("pipe:[")
                .isEqualTo(Proc.fds(master.workerPid(0)).get(4));
        assertThat(open.get(3)).isEqualTo(Proc.fds(master.workerPid(0)).get(6));
        assertThat(List.of(open.get(1), open.get(2))).containsOnly(open.get(0));
        assertThat(guardian.flags(1)).as("nothing can be written there").isEven();
        assertThat(Proc.group(guardian.pid())).contains(guardian.pid());
        assertThat(Proc.session(guardian.pid())).contains(guardian.pid());

        master.stop();
        assertThat(Proc.state(guardian.pid())).isEmpty();
    }

    /** The signals' numbers. */
    private static List<Integer> ignored(WorkerView process) {
        long mask = Long.parseLong(process.status("SigIgn"), 16);
        List<Integer> numbers = new ArrayList<>();
        for (int number = 1; number < Long.SIZE; number++) {
            if ((mask >> (number - 1) & 1) == 1) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    @Test
    void aGuardianThatIsKilledIsReplacedAndIsNoOrphan() throws IOException {
        StartedMaster master = start(Scripts.worker());
        Map<Integer, WorkerAnswer> workers = master.awaitAnswersOf(2);
        long first = master.process().guardian();

        Proc.signal(first, "KILL");

        master.process().awaitLine("the guardian process \\(pid " + first + "\\) was ended by another process", SOON);
        await().until(() -> Proc.children(master.process().pid()).stream()
                .anyMatch(child -> child != first && Proc.isGuardian(child)));
        assertThat(master.awaitAnswersOf(2)).isEqualTo(workers);
        assertThat(master.metrics()).contains("prefork_orphans_reaped_total 0");
        master.process().signal("KILL");
        awaitNothingLeft(master);
    }

    private static void awaitNothingLeft(StartedMaster master) throws IOException {
        InetSocketAddress address = (InetSocketAddress) master.listener("http");
        await().until(() -> master.process().family().isEmpty());
        try (ServerSocket another = new ServerSocket()) {
            another.bind(address);
            assertThat(another.isBound()).isTrue();
        }
    }

    private StartedMaster start(List<String> command) {
        return StartedMaster.of(
                processes.prefork(Jdks.running(), arguments(OPTIONS, command)).start());
    }
}
