package dev.prefork.it.hostile;

import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Alone;
import dev.prefork.it.Jdks;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of another user, which no worker has started, sends to the workers' notification sockets without end. */
@Alone
class NotificationFloodIT {
    private static final Duration FLOOD = Duration.ofSeconds(10);
    private static final double NANOS_PER_TICK = 1e7;

    /** Of a core: three times what is promised. */
    private static final double MOST_CPU = 0.3;

    private static final int REFUSED = 65_534;

    @RegisterExtension
    final Processes processes = new Processes();

    private final MemoryCgroup cgroup = MemoryCgroup.limitedTo(256 << 20);

    @AfterEach
    void removeTheCgroup() {
        cgroup.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "long", "descriptors", "forks"})
    void costsLittleAndWorkersAreStillHeard(String kind) throws IOException {
        Tools.requireRoot();
        StartedMaster master = start();
        RunningProcess flood =
                processes.command(flooding(master, kind).toArray(String[]::new)).start();
        flood.awaitLine("flooding", SOON);
        Waits.await().until(() -> dropped(master) > 100);
        int descriptors = Proc.fds(master.process().pid()).size();

        double cores = coresDuring(master);
        long victim = master.workerPid(1);
        Proc.signal(victim, "KILL");
        master.process().awaitLine("worker 1 .* started to replace pid " + victim, SOON);
        long successor = master.workerPid(1);
        master.process().awaitLine("worker 1 \\(pid " + successor + "\\) ready after", SOON);

        System.err.printf(
                "NotificationFloodIT: %s cost %.3f of a core, %d MiB resident, %d dropped%n",
                kind, cores, Proc.residentBytes(master.process().pid()) >> 20, dropped(master));
        assertThat(cores).as("of a core").isLessThan(MOST_CPU);
        assertThat(Proc.fds(master.process().pid())).hasSizeLessThan(descriptors + 20);
        assertThat(cgroup.oomKills()).isZero();
        List<OutputLine> output = master.process().output();
        assertThat(output).noneMatch(line -> line.text().contains("sent no heartbeat"));
        assertThat(output).hasSizeLessThan(100);
        flood.close();
        master.stop();
    }

    private static List<String> flooding(StartedMaster master, String kind) {
        return Scripts.python(
                "hostile/notification_flood.py", Long.toString(master.process().pid()), kind, "" + REFUSED);
    }

    private static double coresDuring(StartedMaster master) {
        long pid = master.process().pid();
        long from = System.nanoTime();
        long ticks = Proc.ticks(pid);
        Waits.await().until(() -> System.nanoTime() - from > FLOOD.toNanos());
        return (Proc.ticks(pid) - ticks) * NANOS_PER_TICK / (System.nanoTime() - from);
    }

    private static long dropped(StartedMaster master) throws IOException {
        return master.metrics().stream()
                .filter(line -> line.startsWith("prefork_notifications_dropped_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private StartedMaster start() {
        String options = "--workers 2 --watchdog 8s --ready notify --recover-threshold 5 --listen 127.0.0.1:0";
        RunningProcess process = processes
                .prefork(Jdks.running(), arguments(options, Scripts.python("command/notifier.py", "beat")))
                .inside(cgroup)
                .start();
        return StartedMaster.of(process).awaitReady();
    }
}
