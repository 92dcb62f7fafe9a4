package dev.prefork.it.command;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HUP: all workers are replaced, the new ones first, by what the settings say now. */
class ReloadIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path variables;
    private Path properties;

    @BeforeEach
    void first() throws IOException {
        variables = directory.resolve("app.env");
        properties = Files.createDirectory(directory.resolve("config")).resolve("application.properties");
        version("one");
        Files.writeString(properties, "");
    }

    private void version(String name) throws IOException {
        Files.writeString(variables, "VERSION=" + name + "\n");
    }

    /** A worker that does not start as version {@code broken}, and as {@code slow} is not ready before a file is there. */
    private List<String> worker() {
        String script = "case $VERSION in broken) echo 'no such table' >&2; exit 7;;"
                + " slow) exec \"$0\" \"$@\" --ready-below=" + directory + ";; esac; exec \"$0\" \"$@\"";
        return Stream.concat(Stream.of("sh", "-c", script), Scripts.python("pod/obedient.py").stream())
                .toList();
    }

    private StartedMaster start(Jdk jdk, String options) {
        String all = options + " --ready notify --listen 127.0.0.1:0 --env-file " + variables;
        return StartedMaster.of(processes
                        .prefork(jdk, arguments(all, worker()))
                        .in(directory)
                        .start())
                .awaitReady();
    }

    private static List<String> versions(Collection<WorkerAnswer> workers) {
        return workers.stream()
                .flatMap(worker -> new WorkerView(worker.pid()).environment("VERSION").stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void allWorkersAreReplacedAndNoRequestIsLost(Jdk jdk) throws Exception {
        StartedMaster master = start(jdk, "--workers 2");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        OneRequestLoad load = new OneRequestLoad(4, () -> master.get("/"));
        load.awaitAnswers(100);
        version("two");

        master.process().signal("HUP");

        master.process().awaitLine("INFO +reloading 2 workers: SIGHUP$", SOON);
        master.awaitReloaded(2);
        before.values().forEach(old -> await("the end of the old ones").until(() -> !Proc.isAlive(old.pid())));
        assertThat(load.stop()).isEmpty();
        Map<Integer, WorkerAnswer> after = master.awaitAnswersOf(2);
        assertThat(versions(after.values())).containsExactly("two", "two");
        assertThat(after.keySet()).containsExactly(0, 1);
        assertThat(master.metrics())
                .contains(
                        "prefork_rollout_active 0",
                        "prefork_rollouts_total{result=\"completed\"} 1",
                        "prefork_rollouts_total{result=\"aborted\"} 0",
                        "prefork_worker_starts_total{reason=\"reload\"} 2",
                        "prefork_worker_exits_total{cause=\"exit\",planned=\"true\"} 2",
                        "prefork_recover_exits 0",
                        "prefork_signals_total{signal=\"HUP\"} 1");
        assertThat(master.probe("well").body()).contains("\"reload\": \"completed\"");
        master.stop();
    }

    @Test
    void whatDoesNotStartLeavesTheOldOnesServingAndMendedItIsTakenIn() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 2 --recover-threshold 1");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        version("broken");

        master.process().signal("HUP");

        master.process()
                .awaitLine(
                        "ERROR +reload aborted, 2 of 2 workers stay as they were: worker 0 \\(pid \\d+\\).*exit code 7",
                        SOON);
        assertThat(master.process().stderr()).contains("no such table");
        assertThat(master.awaitAnswersOf(2)).isEqualTo(before);
        assertThat(master.isReady()).isTrue();
        assertThat(master.probe("well").status()).isEqualTo(503);
        assertThat(master.probe("well").body()).containsPattern("\"reload\": \"aborted: worker 0 .*exit code 7");
        assertThat(master.metrics())
                .contains(
                        "prefork_rollouts_total{result=\"aborted\"} 1",
                        "prefork_recover_exits 0",
                        "prefork_worker_restarts_total{worker=\"0\"} 0");

        // One that dies now comes back as what is known to serve.
        Proc.signal(before.get(1).pid(), "TERM");
        await("another one").until(() -> !master.awaitAnswersOf(2).equals(before));
        assertThat(versions(master.awaitAnswersOf(2).values())).containsExactly("one", "one");

        version("three");
        master.process().signal("HUP");
        master.awaitReloaded(2);
        assertThat(versions(master.awaitAnswersOf(2).values())).containsExactly("three", "three");
        assertThat(master.probe("well").status()).isEqualTo(200);
        master.stop();
    }

    @Test
    void ofTwoTheLaterWins() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 2");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        version("slow");
        master.process().signal("HUP");
        await("one on its way")
                .until(() -> Proc.children(master.process().pid()).size() > 2);
        assertThat(master.metrics()).contains("prefork_rollout_active 1");
        assertThat(master.probe("well").body()).contains("\"reload\": \"in course: 1 of 2 workers\"");
        version("two");

        master.process().signal("HUP");

        master.process().awaitLine("the reload in course is given up for another one", SOON);
        master.awaitReloaded(2);
        assertThat(versions(master.awaitAnswersOf(2).values())).containsExactly("two", "two");
        assertThat(master.awaitAnswersOf(2)).doesNotContainValue(before.get(0));
        assertThat(master.metrics())
                .contains(
                        "prefork_rollouts_total{result=\"superseded\"} 1",
                        "prefork_rollouts_total{result=\"completed\"} 1");
        master.stop();
    }

    /** With the limit of an hour, a wait for one of these would outlast the test. */
    @ParameterizedTest
    @ValueSource(strings = {"--max-surge 1", "--max-surge 2", "--max-surge 0 --max-unavailable 1"})
    void aVersionThatHangsInItsStartIsNotWaitedFor(String options) throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 2 --start-timeout 1h " + options);
        master.awaitAnswersOf(2);
        master.process().awaitLine("all workers ready", SOON);
        version("slow");
        master.process().signal("HUP");
        master.process().awaitLine("started to replace", SOON);
        version("two");

        master.process().signal("HUP");

        master.awaitReloaded(2);
        assertThat(versions(master.awaitAnswersOf(2).values())).containsExactly("two", "two");
        assertThat(master.metrics())
                .contains("prefork_rollouts_total{result=\"superseded\"} 1", "prefork_recover_exits 0");
        master.stop();
    }

    @Test
    void whatCannotBeTakenInIsRefusedByName() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 1");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(1);
        List<String> refusals = new ArrayList<>();
        refusals.add(
                "prefork.backlog=7 \\(config/application.properties\\) was 4096 at the start, and listeners cannot change");
        Files.writeString(properties, "prefork.backlog=7\n");
        refuses(master, refusals.get(0));

        Files.writeString(properties, "prefork.wrokers=7\n");
        refuses(master, "prefork.wrokers .*did you mean prefork.workers");

        Files.writeString(properties, "prefork.recover-window=yesterday\n");
        refuses(master, "prefork.recover-window=yesterday");

        Files.writeString(properties, "");
        Files.delete(variables);
        refuses(master, "--env-file " + variables);

        assertThat(master.awaitAnswersOf(1)).isEqualTo(before);
        assertThat(master.process().output()).noneMatch(line -> line.text().startsWith("\tat "));
        assertThat(master.metrics())
                .contains("prefork_rollouts_total{result=\"aborted\"} 0", "prefork_rollout_aborted 1");
        assertThat(master.probe("well").status()).isEqualTo(503);
        assertThat(master.probe("well").body()).contains("\"reload\": \"refused: --env-file");
        master.stop();
    }

    private static void refuses(StartedMaster master, String why) {
        master.process().signal("HUP");
        master.process().awaitLine("ERROR +SIGHUP: not reloading, the workers stay as they are: .*" + why, SOON);
    }

    @Test
    void theirNumberStaysUnlessAnotherIsAskedFor() throws Exception {
        Files.writeString(properties, "prefork.workers=1\n");
        StartedMaster master = start(Jdks.running(), "--recover-threshold 5");
        master.process().signal("TTIN");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);

        master.process().signal("HUP");

        master.awaitReloaded(2);
        assertThat(master.awaitAnswersOf(2)).doesNotContainValue(before.get(0));
        Files.writeString(properties, "prefork.workers=3\nprefork.metrics-per-worker=true\n");
        master.process().signal("HUP");
        master.process()
                .awaitLine(
                        "WARN +prefork.metrics-per-worker=true .* was false at the start: it takes effect when the pod is"
                                + " replaced",
                        SOON);
        master.process().awaitLine("scaling from 2 to 3 workers: SIGHUP", SOON);
        master.awaitReloaded(3);
        assertThat(master.awaitAnswersOf(3)).hasSize(3);
        master.stop();
    }

    /** A stopped worker does not heed SIGTERM: by the rules of the start the end would take an hour. */
    @Test
    void theMasterFollowsItsNewRulesToo() throws Exception {
        Files.writeString(properties, "prefork.recover-threshold=5\nprefork.shutdown-grace-period=1h\n");
        StartedMaster master = start(Jdks.running(), "--workers 2");
        master.awaitAnswersOf(2);
        assertThat(master.metrics()).contains("prefork_recover_threshold 5");
        Files.writeString(
                properties,
                "prefork.recover-threshold=0\nprefork.recover-window=7s\nprefork.shutdown-grace-period=1s\n"
                        + "prefork.min-ready=2\nprefork.max-surge=2\n");

        master.process().signal("HUP");

        master.awaitReloaded(2);
        assertThat(master.process().stdout()).doesNotContain("takes effect when");
        assertThat(master.metrics()).contains("prefork_recover_threshold 0");
        assertThat(master.probe("ready").body()).containsPattern("\"min-ready\": 2");
        Map<Integer, WorkerAnswer> workers = master.awaitAnswersOf(2);
        Proc.signal(workers.get(0).pid(), "STOP");
        Proc.signal(workers.get(1).pid(), "KILL");
        assertThat(master.process().awaitExit(SOON)).isEqualTo(4);
        assertThat(master.process().stderr())
                .contains("1 unexpected worker exit within 7s and the recover threshold is 0");
        assertThat(master.process().stdout())
                .contains("worker 0 (pid " + workers.get(0).pid() + ") did not stop");
    }

    /** A reload that is fixed by a longer timeout needs it at once. */
    @Test
    void theyHoldAlthoughTheReloadIsAborted() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 1");
        Files.writeString(properties, "prefork.recover-threshold=7\n");
        version("broken");

        master.process().signal("HUP");

        master.process().awaitLine("ERROR +reload aborted", SOON);
        assertThat(master.metrics()).contains("prefork_recover_threshold 7");
        master.stop();
    }

    @Test
    void whereNoneMoreMayRunTheOldOneGoesFirst() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 2 --max-surge 0 --max-unavailable 1");
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(2);
        version("two");

        master.process().signal("HUP");

        master.process().awaitLine("making room for its replacement", SOON);
        master.awaitReloaded(2);
        assertThat(versions(master.awaitAnswersOf(2).values())).containsExactly("two", "two");
        assertThat(master.awaitAnswersOf(2)).doesNotContainValue(before.get(0));
        master.stop();
    }

    @Test
    void theFirstOneSoaks() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 2 --soak 3s");
        master.awaitAnswersOf(2);
        version("two");

        master.process().signal("HUP");

        String completed = master.process()
                .awaitLine("reload completed: 2 workers in", SOON)
                .text();
        assertThat(Double.parseDouble(completed.replaceFirst(".* in ([0-9.]+) s.*", "$1")))
                .isGreaterThanOrEqualTo(3);
        master.stop();
    }

    @Test
    void aFileThatIsWatchedAsksForItWhenItsContentChanges() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 1 --watch " + variables);
        Map<Integer, WorkerAnswer> before = master.awaitAnswersOf(1);

        version("two");

        master.process().awaitLine("INFO +reloading 1 worker: " + variables + " has changed$", SOON);
        master.awaitReloaded(1);
        assertThat(versions(master.awaitAnswersOf(1).values())).containsExactly("two");
        assertThat(master.awaitAnswersOf(1)).isNotEqualTo(before);
        assertThat(master.metrics()).contains("prefork_signals_total{signal=\"HUP\"} 0");
        master.stop();
    }

    @Test
    void aStoppingMasterReloadsNothing() {
        StartedMaster master = start(Jdks.running(), "--workers 1 --drain-delay 1h");
        master.process().signal("TERM");
        master.process().awaitLine("keeps serving for", SOON);

        master.process().signal("HUP");

        master.process().awaitLine("WARN +SIGHUP: not reloading, a stop has begun", SOON);
        assertThat(master.process().signalUntilExit("TERM", SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
    }
}
