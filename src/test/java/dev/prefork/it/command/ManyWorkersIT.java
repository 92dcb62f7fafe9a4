package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Ring;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Processes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Some hundred workers that do nothing: a thousand with {@code -Pfull}. What is asserted is what happened, and not how fast. */
class ManyWorkersIT {
    private static final int MANY = Ring.isFull() ? 1000 : 300;
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Pattern STARTED = Pattern.compile("worker (\\d+) \\(pid (\\d+)\\) started");

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    void allStartAllAreReplacedWhenAllAreKilledAndAllStopOnTerm() throws Exception {
        StartedMaster master = StartedMaster.of(processes
                .prefork(
                        Jdks.running(),
                        arguments(
                                "--workers " + MANY + " --listen none --ready delay=10ms --recover-threshold 100000",
                                List.of("sleep", "1000")))
                .start());
        master.process().awaitLine("all workers ready", LONG);
        assertThat(startsOf(master, 1)).as("one in each slot").hasSize(MANY);
        assertThat(lines(master, "workers start at once from now on")).hasSize(1);
        List<Long> first = workers(master);
        assertThat(first).hasSize(MANY);
        assertThat(master.metrics())
                .contains("prefork_workers{state=\"ready\"} " + MANY, "prefork_workers_desired " + MANY)
                .filteredOn(line -> line.startsWith("prefork_worker_up{") && line.endsWith(" 1"))
                .hasSize(MANY);

        first.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));

        master.process().awaitLines("ready after", 2 * MANY, LONG);
        assertThat(startsOf(master, 2)).as("each replaced once").hasSize(MANY);
        assertThat(lines(master, "killed by SIGKILL")).hasSize(MANY);
        assertThat(workers(master)).hasSize(MANY).doesNotContainAnyElementsOf(first);
        Awaitility.await().atMost(LONG).until(() -> master.metrics()
                .containsAll(List.of(
                        "prefork_workers{state=\"ready\"} " + MANY,
                        "prefork_worker_starts_total{reason=\"recover\"} " + MANY)));

        master.stop();
        assertThat(lines(master, "stopped after")).hasSize(MANY);
        assertThat(lines(master, "did not stop in time")).isEmpty();
    }

    private static List<Long> workers(StartedMaster master) {
        return master.process().children();
    }

    /** The slots of which a worker has started so often. */
    private static Set<Integer> startsOf(StartedMaster master, long times) {
        return master.process().output().stream()
                .map(line -> STARTED.matcher(line.text()))
                .filter(Matcher::find)
                .collect(Collectors.groupingBy(found -> Integer.parseInt(found.group(1)), Collectors.counting()))
                .entrySet()
                .stream()
                .filter(starts -> starts.getValue() == times)
                .map(starts -> starts.getKey())
                .collect(Collectors.toSet());
    }

    private static List<String> lines(StartedMaster master, String part) {
        return master.process().output().stream()
                .map(OutputLine::text)
                .filter(line -> line.contains(part))
                .toList();
    }
}
