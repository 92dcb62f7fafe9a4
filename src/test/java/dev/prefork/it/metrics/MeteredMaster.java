package dev.prefork.it.metrics;

import static dev.prefork.Waits.await;
import static dev.prefork.it.metrics.Figures.REQUESTS;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A packaged master whose metrics are looked at. For one test. */
public record MeteredMaster(StartedMaster master) {
    public static final Duration PATIENCE = Duration.ofSeconds(120);
    static final String PLAIN = "text/plain; version=0.0.4";
    static final String OPEN = "application/openmetrics-text; version=1.0.0";

    /** A worker that has nothing to do writes once a second. */
    private static final int QUIET_LOOKS = 25;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private static final Pattern WORKER = Pattern.compile("worker (\\d+) \\(pid (\\d+)\\)\\s*");

    /** Waits until its management interface answers, which is before its workers are ready. */
    static MeteredMaster start(Processes processes, String... options) {
        String[] all = Stream.concat(Stream.of("--listen", "127.0.0.1:0"), Stream.of(options))
                .toArray(String[]::new);
        return new MeteredMaster(
                StartedMaster.of(processes.prefork(Jdks.running(), all).start()));
    }

    public MeteredMaster awaitFirstGeneration() {
        process().awaitLine("all workers ready", PATIENCE);
        return this;
    }

    public RunningProcess process() {
        return master.process();
    }

    public int port() throws IOException {
        return ((InetSocketAddress) master.listener("http")).getPort();
    }

    Answer scrape(Map<String, String> headers) throws IOException {
        try (Http connection = Http.open(Http.port(master.management()))) {
            return connection.send("GET", "/q/metrics", headers, "");
        }
    }

    Figures figures() throws IOException {
        return Figures.of(scrape(Map.of()));
    }

    /** The merged number of requests for {@code /}. */
    long counted() throws IOException {
        return (long) figures().orZero(REQUESTS);
    }

    void awaitCounted(long requests) {
        await("a merged count of " + requests)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(this::counted, counted -> counted == requests);
    }

    /**
     * The merged number of requests when it has not changed for longer than any worker waits before it writes. By looks and not
     * by the clock, which goes on while a paused machine writes nothing.
     */
    public long settled() {
        AtomicReference<Long> last = new AtomicReference<>(-1L);
        AtomicInteger same = new AtomicInteger();
        return await("a merged count that rests")
                .atMost(PATIENCE)
                .pollInterval(BETWEEN_LOOKS)
                .until(this::counted, counted -> {
                    same.set(counted == (long) last.getAndSet(counted) ? same.get() + 1 : 0);
                    return same.get() >= QUIET_LOOKS;
                });
    }

    void awaitFigure(String series, double value) {
        await(series + " " + value)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> figures().of(series), seen -> seen == value);
    }

    /** One request on a connection of its own; tells which worker answered. */
    Visited visit() throws IOException {
        return Visited.of(Http.get(port(), "/"));
    }

    /** Who answered. */
    record Visited(int slot, long pid) {
        static Visited of(Answer answer) {
            Matcher matcher = WORKER.matcher(answer.body());
            if (answer.status() != 200 || !matcher.matches()) {
                throw new AssertionError("unexpected answer " + answer);
            }
            return new Visited(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
    }

    /** Kills a worker, which has been ready, by SIGKILL; tells its pid. */
    public long kill(int slot) {
        long pid = master.workerPid(slot);
        Proc.signal(pid, "KILL");
        return pid;
    }

    /** Waits until a killed worker's successor is ready, and with it all others. */
    void awaitReplaced(long pid, int workers) {
        process().awaitLine("started to replace pid " + pid + "\\b", PATIENCE);
        awaitFigure("prefork_workers{state=\"ready\"}", workers);
    }
}
