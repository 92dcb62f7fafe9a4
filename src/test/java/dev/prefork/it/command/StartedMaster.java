package dev.prefork.it.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.Waits;
import dev.prefork.it.Answer;
import dev.prefork.it.Http;
import dev.prefork.it.Jdk;
import dev.prefork.it.OutputLine;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.RunningProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A packaged master that has bound its listeners and serves its management interface. For one test. */
public final class StartedMaster {
    /** For whatever should happen at once; a busy machine may take much longer. */
    public static final Duration SOON = Duration.ofSeconds(60);

    private static final Pattern LISTENING =
            Pattern.compile("listening on (?<name>[^=]+)=(?<scheme>tcp[46]|unix)://(?<place>[^, ]+)");
    private static final Pattern MANAGEMENT = Pattern.compile("management interface on port (\\d+)");

    private final RunningProcess process;
    private final int management;
    private int reloads;

    private StartedMaster(RunningProcess process, int management) {
        this.process = process;
        this.management = management;
    }

    /** Waits until the process, or the one it became, says that it serves; that is its last line about the start. */
    public static StartedMaster of(RunningProcess process) {
        Matcher line =
                MANAGEMENT.matcher(process.awaitLine(MANAGEMENT.pattern(), SOON).text());
        assertThat(line.find()).isTrue();
        return new StartedMaster(process, Integer.parseInt(line.group(1)));
    }

    /** Options, separated by blanks, and a command as arguments of Prefork. */
    public static String[] arguments(String options, List<String> command) {
        return Stream.of(Stream.of(options.split(" ")), Stream.of("--"), command.stream())
                .flatMap(words -> words)
                .toArray(String[]::new);
    }

    /** The whole command line of a packaged Prefork, for another program to run. */
    public static List<String> commandLine(Jdk jdk, String options, List<String> command) {
        List<String> words = new ArrayList<>(PackagedJar.command(jdk));
        words.addAll(List.of(arguments(options, command)));
        return words;
    }

    public RunningProcess process() {
        return process;
    }

    /** The port of the management interface. */
    public int management() {
        return management;
    }

    /** Where clients reach the listener of this name. */
    public SocketAddress listener(String name) throws IOException {
        for (OutputLine line : process.output()) {
            Matcher listening = LISTENING.matcher(line.text());
            if (listening.find() && listening.group("name").equals(name)) {
                return address(listening.group("scheme"), listening.group("place"));
            }
        }
        throw new AssertionError("there is no listener " + name + " in\n" + process.dump());
    }

    private static SocketAddress address(String scheme, String place) throws IOException {
        if (scheme.equals("unix")) {
            return Http.path(Path.of(place));
        }
        int colon = place.lastIndexOf(':');
        InetAddress host = InetAddress.getByName(place.substring(0, colon));
        return new InetSocketAddress(host, Integer.parseInt(place.substring(colon + 1)));
    }

    /** The body of the answer to a GET on the listener {@code http}. */
    public String get(String path) throws IOException {
        return get("http", path);
    }

    /** The body of the answer to a GET on a listener. */
    public String get(String listener, String path) throws IOException {
        Answer answer = Http.get(listener(listener), path);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    /** Asks until so many different workers have answered; by slot. */
    public Map<Integer, WorkerAnswer> awaitAnswersOf(int workers) {
        Map<Integer, WorkerAnswer> answers = new TreeMap<>();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
            WorkerAnswer answer = WorkerAnswer.parse(get("/"));
            answers.put(answer.slot(), answer);
            return answers.size() == workers;
        });
        return answers;
    }

    /** The pid that the master gave last for a slot. */
    public long workerPid(int slot) {
        Pattern started = Pattern.compile("worker " + slot + " \\(pid (\\d+)\\) started");
        process.awaitLine(started.pattern(), SOON);
        return process.output().stream()
                .map(line -> started.matcher(line.text()))
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Whether the readiness endpoint says UP. */
    public boolean isReady() throws IOException {
        Answer answer = probe("ready");
        assertThat(answer.status()).isIn(200, 503);
        assertThat(answer.body()).contains(answer.status() == 200 ? "\"status\": \"UP\"" : "\"status\": \"DOWN\"");
        return answer.status() == 200;
    }

    /** The answer of {@code /q/health/NAME}. */
    public Answer probe(String name) throws IOException {
        return Http.get(management, "/q/health/" + name);
    }

    public StartedMaster awaitReady() {
        Awaitility.await().atMost(SOON).until(this::isReady);
        return this;
    }

    /** Waits until one more reload is completed, all of so many workers are new, and no old one is left. */
    public void awaitReloaded(int workers) {
        String completed = awaitReload(++reloads);
        assertThat(completed).containsPattern("reload completed: " + workers + " workers? in");
    }

    /** Waits until the first, second, ... reload is completed and no old worker is left; returns the line about it. */
    public String awaitReload(int ordinal) {
        String completed = process.awaitLines("INFO +reload completed: \\d+ workers? in [0-9.]+ s$", ordinal, SOON)
                .get(ordinal - 1)
                .text();
        Waits.await("the end of the old ones")
                .untilAsserted(() -> assertThat(metrics()).contains("prefork_workers{state=\"stopping\"} 0"));
        return completed;
    }

    /** The lines of {@code /q/metrics}. */
    public List<String> metrics() throws IOException {
        return Http.get(management, "/q/metrics").body().lines().toList();
    }

    /** Sends TERM, expects exit code 0 and that nobody is left. */
    public void stop() {
        process.signal("TERM");
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        assertThat(process.family()).as(process::dump).isEmpty();
    }

    /** Waits for the exit, of which there is exactly one line with the reason on standard error; returns that line. */
    public static String awaitRefusal(RunningProcess process, int exitCode) {
        assertThat(process.awaitExit(SOON)).as(process::dump).isEqualTo(exitCode);
        List<String> lines = process.stderr()
                .lines()
                .filter(line -> !line.startsWith("prefork: warning: "))
                .toList();
        assertThat(lines).as(process::dump).hasSize(1);
        assertThat(lines.get(0)).as(process::dump).startsWith("prefork: ");
        assertThat(process.output()).as(process::dump).noneMatch(line -> line.text()
                .contains("\tat "));
        assertThat(process.family()).as(process::dump).isEmpty();
        return lines.get(0);
    }
}
