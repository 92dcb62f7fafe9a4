package dev.prefork.it.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.OneRequestLoad;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.it.metrics.MeteredMaster;
import dev.prefork.it.metrics.NeverFalling;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A packaged master with two built-in workers that are loaded to the full by two kinds of clients, while its counters are
 * watched. For one test, and one thread.
 */
final class LoadedMaster implements AutoCloseable {
    static final int WORKERS = 2;

    private static final int KEPT = 64;
    private static final int SINGLE = 16;
    private static final long ENOUGH_ANSWERS = 2000;

    /** The master's: a heap that may become large does, by garbage alone. */
    private static final List<String> HEAP = List.of("-Xmx48m");

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final MeteredMaster master;
    private final KeepAliveLoad kept;
    private final OneRequestLoad single;
    private final NeverFalling counters;
    private final Set<Long> seen = new HashSet<>();
    private int reloads;

    private LoadedMaster(MeteredMaster master) throws IOException {
        this.master = master;
        int port = master.port();
        counters = NeverFalling.watch(master);
        kept = KeepAliveLoad.start(port, "/", KEPT);
        single = new OneRequestLoad(SINGLE, () -> {
            int status = Http.get(port, "/").status();
            if (status != 200) {
                throw new IOException("status " + status);
            }
        });
    }

    /** Starts it, and loads it once its workers are ready. */
    static LoadedMaster start(Processes processes, Jdk jdk, String... options) throws IOException {
        // A worker that boots beside 80 clients that never wait gets little of the CPU.
        String[] all = Stream.concat(
                        Stream.of("--listen=127.0.0.1:0", "--workers=" + WORKERS, "--start-timeout=5m"),
                        Stream.of(options))
                .toArray(String[]::new);
        StartedMaster started =
                StartedMaster.of(processes.prefork(jdk, HEAP, all).start());
        LoadedMaster loaded = new LoadedMaster(new MeteredMaster(started).awaitFirstGeneration());
        loaded.awaitMoreAnswers();
        return loaded;
    }

    RunningProcess process() {
        return master.process();
    }

    /** Waits until clients of both kinds have been answered some more. */
    void awaitMoreAnswers() {
        kept.awaitAnswers(kept.soFar().answered() + ENOUGH_ANSWERS);
        single.awaitAnswers(single.answers() + ENOUGH_ANSWERS / 10);
    }

    /** Replaces all workers by HUP so many times, and waits each time until the master says that it is done. */
    LoadedMaster reload(int times) {
        for (int i = 0; i < times; i++) {
            seen.addAll(process().children());
            process().signal("HUP");
            process().awaitLines("reload completed: " + WORKERS + " workers in", ++reloads, PATIENCE);
        }
        return this;
    }

    /** How many there were. */
    int reloads() {
        return reloads;
    }

    /** What the master takes when replaced workers have gone. */
    Footprint footprint() {
        return Footprint.of(process(), WORKERS);
    }

    /** The value of a series in the merged metrics. */
    double metric(String series) throws IOException {
        String start = series + " ";
        return Http.get(master.master().management(), "/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series));
    }

    /**
     * Stops the load, and fails unless each request was answered, each counter only grew and counted each request once, and
     * all replaced workers have gone.
     *
     * @return the number of answers, of kept connections and of those for one request
     */
    String endWithoutLoss() {
        LoadResult keptSaw = kept.stop();
        List<String> losses = single.stop();
        assertThat(keptSaw.failures()).as(process()::dump).isEmpty();
        assertThat(keptSaw.refused()).as("kept connections refused").isZero();
        assertThat(losses).as(process()::dump).isEmpty();
        assertThat(single.refused()).as("single connections refused").isZero();
        long answered = keptSaw.answered() + single.answers();
        // What was sent last and not waited for may have been served.
        assertThat(master.settled()).isBetween(answered, answered + keptSaw.unanswered());
        assertThat(counters.fallen()).isEmpty();
        assertThat(counters.scrapes()).isPositive();
        Footprint.awaitChildren(process(), WORKERS);
        assertThat(seen).noneMatch(Proc::isAlive);
        return keptSaw.answered() + " and " + single.answers() + " answers, " + counters.scrapes() + " scrapes";
    }

    /** Stops the master by TERM. */
    void stop() {
        master.master().stop();
    }

    @Override
    public void close() {
        counters.close();
        single.close();
        kept.close();
    }
}
