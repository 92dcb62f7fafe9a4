package dev.prefork.it.builtin;

import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.Launch;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A packaged master that is up: its ports, its probes, its figures. */
record RunningMaster(RunningProcess process, int port, int management) {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Starts it on a free port, with the routes that only the test profile has, and waits until it is ready. */
    static RunningMaster start(Processes processes, Jdk jdk, String... options) {
        return of(launch(processes, jdk, options).start());
    }

    /** The same, not yet started. */
    static Launch launch(Processes processes, Jdk jdk, String... options) {
        List<String> all = Stream.concat(Stream.of("--listen", "127.0.0.1:0"), Stream.of(options))
                .toList();
        return processes.prefork(jdk, List.of("-Dquarkus.profile=test"), all.toArray(String[]::new));
    }

    /** Waits until it is ready. */
    static RunningMaster of(RunningProcess process) {
        int port = number(process, "listening on http=tcp4://127\\.0\\.0\\.1:(\\d+), descriptor 3");
        int management = number(process, "management interface on port (\\d+)");
        RunningMaster master = new RunningMaster(process, port, management);
        process.awaitLine("all workers ready", PATIENCE);
        return master;
    }

    private static int number(RunningProcess process, String regex) {
        Matcher matcher = Pattern.compile(regex)
                .matcher(process.awaitLine(regex, PATIENCE).text());
        if (!matcher.find()) {
            throw new AssertionError("no number in the line for " + regex);
        }
        return Integer.parseInt(matcher.group(1));
    }

    Answer get(String path) throws IOException {
        return Http.get(port, path);
    }

    Answer probe(String name) throws IOException {
        return Http.get(management, "/q/health/" + name);
    }

    /** The value of one series of the text format, such as {@code prefork_worker_up{worker="0"}}. */
    double metric(String series) throws IOException {
        String metrics = metrics();
        return metrics.lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> Double.valueOf(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series + " in\n" + metrics));
    }

    /** All series in the text format. */
    String metrics() throws IOException {
        try (Http connection = Http.open(Http.port(management))) {
            return connection
                    .send("GET", "/q/metrics", Map.of("Accept", "text/plain; version=0.0.4"), "")
                    .body();
        }
    }

    /** Waits until the first, second, ... reload is completed and no old worker is left; returns the line about it. */
    String awaitReload(int ordinal) {
        return StartedMaster.of(process).awaitReload(ordinal);
    }

    /** The pids of the workers that answered, once there are so many. */
    Set<Long> awaitAnswersOf(int workers) {
        Set<Long> pids = new HashSet<>();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            pids.add(pid(get("/")));
            return pids.size() >= workers;
        });
        return pids;
    }

    /** Of {@code worker 2 (pid 4711)}. */
    static long pid(Answer answer) {
        Matcher matcher = Pattern.compile("worker \\d+ \\(pid (\\d+)\\)\\s*").matcher(answer.body());
        if (answer.status() != 200 || !matcher.matches()) {
            throw new AssertionError("unexpected answer " + answer);
        }
        return Long.parseLong(matcher.group(1));
    }
}
