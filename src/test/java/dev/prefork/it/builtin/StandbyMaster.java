package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.OutputLine;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A packaged master with one standby: what its log and its figures tell of it. */
record StandbyMaster(RunningMaster master) {
    private static final Pattern STANDING_BY = Pattern.compile("worker (\\d+) \\(pid (\\d+)\\) standing by after ");

    /** A worker by its number and its pid. */
    record Worker(int number, long pid) {
        @Override
        public String toString() {
            return "worker " + number + " (pid " + pid + ")";
        }
    }

    /** Starts it, and waits until its first workers are ready. What makes a boot cache would be one child more. */
    static StandbyMaster start(Processes processes, Jdk jdk, String... options) {
        String[] all = Stream.concat(Stream.of("--standby", "1", "--boot-cache", "off"), Stream.of(options))
                .toArray(String[]::new);
        return new StandbyMaster(RunningMaster.start(processes, jdk, all));
    }

    /** The one that was booted as the first, second, ... standby; waits until it stands by. */
    Worker standby(int ordinal) {
        String line = master.process()
                .awaitLines(STANDING_BY.pattern(), ordinal, PATIENCE)
                .get(ordinal - 1)
                .text();
        Matcher matcher = STANDING_BY.matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return new Worker(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    /** How many have stood by so far. */
    long standbys() {
        return lines(STANDING_BY.pattern()).size();
    }

    /** The workers of the first generation, which serve. */
    List<Worker> first(int workers) {
        return master.process().awaitLines("worker \\d+ \\(pid \\d+\\) ready after ", workers, PATIENCE).stream()
                .map(line -> Pattern.compile("worker (\\d+) \\(pid (\\d+)\\)").matcher(line.text()))
                .filter(Matcher::find)
                .map(found -> new Worker(Integer.parseInt(found.group(1)), Long.parseLong(found.group(2))))
                .sorted((one, other) -> one.number() - other.number())
                .toList();
    }

    /** Waits for this line of the log. */
    void awaitLine(String text) {
        master.process().awaitLine(Pattern.quote(text), PATIENCE);
    }

    List<String> lines(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return master.process().output().stream()
                .map(OutputLine::text)
                .filter(line -> pattern.matcher(line).find())
                .toList();
    }

    void kill(Worker worker) {
        Proc.signal(worker.pid(), "KILL");
    }

    /** Waits until a connection of its own is answered by this process; until then none of {@code never} answers. */
    void awaitAnswerOf(Worker worker, Set<Long> never) {
        await().atMost(PATIENCE).until(() -> {
            long pid = RunningMaster.pid(master.get("/"));
            assertThat(pid).isNotIn(never);
            return pid == worker.pid();
        });
    }

    void awaitMetric(String series, double value) {
        await(series).atMost(PATIENCE).until(() -> value == master.metric(series));
    }

    /** That no exit has counted so far. */
    void assertNothingCounted() throws IOException {
        assertThat(master.metric("prefork_recover_exits")).isZero();
        assertThat(lines(" (WARN|ERROR) ")).isEmpty();
    }

    /** A stop ends all of them in order. */
    void stop() {
        List<Long> children = master.process().children();
        master.process().signal("TERM");
        assertThat(master.process().awaitExit(PATIENCE))
                .as(master.process()::dump)
                .isZero();
        assertThat(children).noneMatch(Proc::isAlive);
    }
}
