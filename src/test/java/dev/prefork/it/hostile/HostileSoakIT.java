package dev.prefork.it.hostile;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.MeteredMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Alone;
import dev.prefork.it.Jdks;
import dev.prefork.it.Launch;
import dev.prefork.it.MemoryCgroup;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.metrics.MeteredMaster;
import dev.prefork.it.metrics.NeverFalling;
import dev.prefork.it.metrics.SteadyLoad;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every attack that this project knows of, at random and for some time, while honest clients ask at a steady pace and workers are
 * killed: the clients lose what a killed worker had taken, and nothing else. {@code -Dprefork.soak-seconds=N} sets for how
 * long, {@code -Dprefork.seed=N} repeats the choices of another run.
 */
@Alone
@Timeout(value = 60, unit = TimeUnit.MINUTES) // It may be told to take long.
class HostileSoakIT {
    private static final int SECONDS = Ring.rounds("prefork.soak-seconds", 15, 30);
    private static final int MEMORY = 256 << 20;
    private static final int CLIENTS = 8;
    private static final int REQUESTS_PER_SECOND = 100;
    private static final int NOBODY = 65534;

    /** Where two cores attack, are attacked and start JVMs meanwhile; otherwise it is some 100 ms. */
    private static final Duration SLOW = Duration.ofSeconds(20);

    /** A connection that a worker took just before it was killed had no answer yet that would tell whose it was. */
    private static final Duration UNANSWERED = Duration.ofSeconds(5);

    private static final Pattern NEVER = Pattern.compile("MISCHIEF|internal error|OutOfMemoryError");

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private final long seed = Long.getLong("prefork.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Workers that were killed, and when. */
    private final Map<Long, Long> killed = new HashMap<>();

    /** The workers' own children attack as well, from inside. */
    @Test
    void hostileWorkers() throws IOException {
        try (MemoryCgroup cgroup = MemoryCgroup.limitedTo(MEMORY)) {
            String options = "--workers 2 --ready notify --listen 127.0.0.1:0 --recover-threshold 100000"
                    + " --metrics-url unix:" + directory + "/{slot}.sock:/metrics";
            List<String> command = Scripts.python("hostile/mischief.py", directory.toString());
            endure(
                    2,
                    processes
                            .prefork(Jdks.running(), StartedMaster.arguments(options, command))
                            .inside(cgroup));
        }
    }

    @Test
    void hostileClients() throws IOException {
        String options = "--workers 2 --listen 127.0.0.1:0 --recover-threshold 100000";
        endure(2, processes.prefork(Jdks.running(), options.split(" ")));
    }

    private void endure(int workers, Launch launch) throws IOException {
        MeteredMaster master = new MeteredMaster(StartedMaster.of(launch.start())).awaitFirstGeneration();
        InetSocketAddress management = local(master.master().management());
        List<Attack> attacks = Stream.concat(
                        Stream.of(Attacks.values()),
                        Stream.of("lines", "long", "descriptors", "forks")
                                .map(kind -> (Attack) (target, atMost) -> floodNotifications(master, kind, atMost)))
                .toList();
        try (NeverFalling counters = NeverFalling.watchWhatIsAnswered(master);
                HonestProbe probe = HonestProbe.start(master.master().management());
                SteadyLoad load = SteadyLoad.start(master.port(), CLIENTS, REQUESTS_PER_SECOND)) {
            int attacked;
            try (Attackers attackers = Attackers.start(attacks, management, random.nextLong())) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() - end < 0) {
                    load.awaitAnswers(load.answered() + random.nextInt(5 * REQUESTS_PER_SECOND), PATIENCE);
                    kill(master, random.nextInt(workers));
                }
                attacked = attackers.stop();
            }
            load.stop();
            // One that began when the attackers were gone.
            int scrapes = counters.scrapes();
            await("one more scrape").atMost(PATIENCE).until(() -> counters.scrapes() > scrapes + 1);
            System.err.printf(
                    "HostileSoakIT: seed %d, %d s, %d attacks, %d answers, %d workers killed, %d requests lost with them,"
                            + " %d scrapes and %d refused; liveness: %s%n",
                    seed,
                    SECONDS,
                    attacked,
                    load.answered(),
                    killed.size(),
                    load.breaks().size(),
                    counters.scrapes(),
                    counters.refused(),
                    probe);
            assertThat(load.breaks()).allMatch(this::isExplained);
            assertThat(load.answered()).isGreaterThan(SECONDS * REQUESTS_PER_SECOND / 10);
            assertThat(counters.fallen()).isEmpty();
            assertThat(probe.mostFailuresInARow()).as(probe::toString).isZero();
            assertThat(probe.slowest()).as(probe::toString).isLessThan(SLOW);
            assertThat(probe.answers()).as(probe::toString).isGreaterThan(SECONDS);
        }
        assertThat(master.process().output())
                .noneMatch(line -> NEVER.matcher(line.text()).find());
        master.master().stop();
    }

    /** A worker that is ready, until the next one is: by the log, for metrics may be refused. */
    private void kill(MeteredMaster master, int slot) {
        long pid = master.master().workerPid(slot);
        killed.put(pid, System.nanoTime());
        master.kill(slot);
        String started = master.process()
                .awaitLine("started to replace pid " + pid + "\\b", PATIENCE)
                .text();
        String next = started.replaceFirst(".*worker \\d+ \\(pid (\\d+)\\) started.*", "$1");
        master.process().awaitLine("\\(pid " + next + "\\) ready after", PATIENCE);
    }

    private boolean isExplained(SteadyLoad.Break lost) {
        return lost.pid() != 0
                ? killed.containsKey(lost.pid())
                : killed.values().stream().anyMatch(at -> Math.abs(lost.nanos() - at) < UNANSWERED.toNanos());
    }

    /** By a process of another user. */
    private void floodNotifications(MeteredMaster master, String kind, Duration atMost) {
        List<String> command = Scripts.python(
                "hostile/notification_flood.py", "" + master.process().pid(), kind, "" + NOBODY);
        RunningProcess flood = processes.command(command.toArray(String[]::new)).start();
        flood.awaitLine("flooding", PATIENCE);
        await("the time of a flood").pollDelay(atMost).until(() -> true);
        flood.close();
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
