package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.notify.Notifier;
import dev.prefork.os.Posix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What workers send to the master, well and badly meant. */
class NotificationsIT {
    private static final Duration FLOOD = Duration.ofSeconds(12);
    private static final double NANOS_PER_TICK = 1e7;

    /** Of a core: three times what is promised, and half of what a master spends that reads all it is sent. */
    private static final double MOST_CPU = 0.3;

    private static final Pattern DROPPED = Pattern.compile("prefork_notifications_dropped_total (\\d+)");

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void aFloodCostsLittleAndNoOtherWorkerIsNotHeardForIt() throws Exception {
        StartedMaster master = start("--workers 2 --watchdog 8s", "flood");
        master.process().awaitLine("worker 1 .* ready after", SOON);
        long master0 = master.process().pid();
        long from = System.nanoTime();
        long ticks = Proc.ticks(master0);

        Waits.await().until(() -> System.nanoTime() - from > FLOOD.toNanos());

        double cores = (Proc.ticks(master0) - ticks) * NANOS_PER_TICK / (System.nanoTime() - from);
        assertThat(cores).as("of a core").isLessThan(MOST_CPU);
        assertThat(lines(master, "worker 0 .* sent MAINPID, which is ignored")).hasSize(1);
        assertThat(lines(master, "worker 0 .* sent FOO\\d+, which is ignored")).hasSize(1);
        assertThat(lines(master, "worker 0 .* says: round")).hasSizeBetween(1, 30);
        assertThat(lines(master, "")).hasSizeLessThan(100);
        assertThat(lines(master, "sent no heartbeat|exited|restarts")).isEmpty();
        assertThat(master.probe("ready").body()).containsPattern("\"status-0\": \"round \\d+\"");
        assertThat(master.metrics())
                .anyMatch(
                        line -> DROPPED.matcher(line).results().anyMatch(found -> Long.parseLong(found.group(1)) > 0));
        master.stop();
    }

    @Test
    void readyIsHeardThoughItsSenderIsGoneAtOnce() {
        StartedMaster master = start("--workers 12 --start-timeout 120s", "leave");

        assertThat(master.process().awaitLines("worker \\d+ .* ready after", 12, SOON))
                .hasSize(12);
        assertThat(lines(master, "is not a worker")).isEmpty();
        master.stop();
    }

    @Test
    void aWorkerCannotSpeakForAnother() throws Exception {
        StartedMaster master = start("--workers 2 --start-timeout 120s", "forge");
        master.process().awaitLine("worker 1 .* ready after", SOON);
        long forger = master.workerPid(1);

        assertThat(lines(
                        master,
                        "worker 0 \\(pid " + master.workerPid(0) + "\\) did not send what came in its name, which is"
                                + " ignored: pid " + forger + " belongs to the worker with pid " + forger))
                .hasSize(1);
        assertThat(master.metrics())
                .contains("prefork_workers{state=\"starting\"} 1", "prefork_workers{state=\"ready\"} 1")
                .contains("prefork_notifications_dropped_total 20");
        master.stop();
    }

    /** As from another container of the pod, with which the network is shared. */
    @Test
    void aSenderInAnotherPidNamespaceIsNoWorkers() throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(StartedMaster.commandLine(
                Jdks.running(), "--workers 1 --ready notify --listen 127.0.0.1:0", List.of("sleep", "600")));
        RunningProcess unshare =
                processes.command(command.toArray(String[]::new)).start();
        StartedMaster master = StartedMaster.of(unshare);
        master.process().awaitLine("worker 0 .* started", SOON);
        long pid1 = unshare.children().get(0);
        Map<String, String> socket = Waits.await()
                .until(
                        () -> Proc.children(pid1).stream()
                                .map(Proc::environment)
                                .filter(environment -> environment.containsKey("NOTIFY_SOCKET"))
                                .findFirst()
                                .orElse(Map.of()),
                        environment -> !environment.isEmpty());

        Notifier.fromEnvironment(Posix.system(), socket).ready();

        master.process().awaitLine("did not send what came .*: its sender is in another pid namespace", SOON);
        assertThat(master.isReady()).isFalse();
        assertThat(master.metrics()).contains("prefork_notifications_dropped_total 1");
        Proc.signal(pid1, "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
    }

    @Test
    void aBarrierIsReleasedAndAStatusShown() throws Exception {
        StartedMaster master = start("--workers 1", "barrier");
        String pipe = master.process().awaitLine("^released pipe", SOON).text().replace("released ", "");
        master.process().awaitLine("^released all$", SOON);
        long worker = master.workerPid(0);

        master.process().awaitLine("worker 0 \\(pid " + worker + "\\) says: loading model", SOON);
        assertThat(Proc.fds(master.process().pid())).doesNotContainValue(pipe);
        assertThat(master.awaitReady().probe("ready").body()).contains("\"status-0\": \"loading model\"");
        assertThat(lines(master, "BARRIER|is not a worker")).isEmpty();
        assertThat(master.metrics()).contains("prefork_notifications_dropped_total 0");
        master.stop();
    }

    private StartedMaster start(String options, String what) {
        String all = options + " --ready notify --listen 127.0.0.1:0";
        return StartedMaster.of(processes
                .prefork(Jdks.running(), arguments(all, Scripts.python("command/notifier.py", what)))
                .start());
    }

    private static List<String> lines(StartedMaster master, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return master.process().output().stream()
                .map(OutputLine::text)
                .filter(line -> pattern.matcher(line).find())
                .toList();
    }
}
