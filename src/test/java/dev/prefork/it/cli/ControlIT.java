package dev.prefork.it.cli;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import dev.prefork.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verbs that ask a running master, against a real one. */
class ControlIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path directory;

    private Path variables;

    @BeforeEach
    void first() throws IOException {
        variables = directory.resolve("app.env");
        version("one");
    }

    private void version(String name) throws IOException {
        Files.writeString(variables, "VERSION=" + name + "\n");
    }

    /** One that does not start as version {@code broken}. */
    private static List<String> worker() {
        String script = "case $VERSION in broken) exit 7;; esac; exec \"$0\" \"$@\"";
        return Stream.concat(Stream.of("sh", "-c", script), Scripts.python("pod/obedient.py").stream())
                .toList();
    }

    private StartedMaster start(Jdk jdk, String options) {
        String all = options + " --ready notify --listen 127.0.0.1:0 --env-file " + variables;
        return StartedMaster.of(processes.prefork(jdk, arguments(all, worker())).start())
                .awaitReady();
    }

    private Verbs verbs(Jdk jdk, StartedMaster master) {
        return new Verbs(processes, jdk, master.process().pid());
    }

    private static Map<?, ?> json(String text) {
        return (Map<?, ?>) Json.read(text.strip());
    }

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void eachVerbDoesWhatItSays(Jdk jdk) {
        StartedMaster master = start(jdk, "--workers 2");
        Verbs verbs = verbs(jdk, master);
        master.process().awaitLine("all workers ready", SOON);

        assertThat(verbs.done("status")).contains("workers  2 of 2 ready", "SLOT", "LISTENER");
        assertThat(verbs.done("status -o wide")).contains("FDS");
        Map<?, ?> status = json(verbs.done("status -o json"));
        assertThat(((Map<?, ?>) status.get("master")).get("pid"))
                .isEqualTo(master.process().pid());

        assertThat(verbs.done("scale +1 --wait")).endsWith("3 workers are ready");
        master.process().awaitLine("scaling from 2 to 3 workers: asked by pid \\d+, uid \\d+$", SOON);
        assertThat(verbs.done("scale 2")).isEqualTo("scaling from 3 to 2");
        assertThat(verbs.done("scale 2")).isEqualTo("there are 2 already");

        // One that is over at once has no progress to show.
        assertThat(verbs.done("reload --wait")).endsWith("version 1: 2 workers replaced");
        assertThat(verbs.done("reload")).isEqualTo("version 2 begins to replace 2 workers");
        master.process().awaitLines("reload completed: 2 workers", 2, SOON);

        long before = master.workerPid(1);
        assertThat(verbs.done("kill 1")).isEqualTo("worker 1 (pid " + before + ") is to be replaced");
        await().until(() -> !Proc.isAlive(before));
        assertThat(master.process().output()).noneMatch(line -> line.text().contains("exited unexpectedly"));

        long next = master.workerPid(1);
        assertThat(verbs.done("kill 1 --now")).isEqualTo("worker 1 (pid " + next + ") was sent SIGKILL");
        master.process().awaitLine("worker 1 \\(pid " + next + "\\) stopped after .* s \\(", SOON);
        await().until(() -> verbs.done("status").contains("2 of 2 ready"));
        assertThat(master.process().output()).noneMatch(line -> line.text().contains("exited unexpectedly"));

        assertThat(verbs.done("stop --wait")).isEqualTo("the master is stopping\nthe master has ended");
        assertThat(master.process().awaitExit(SOON)).isZero();
        assertThat(master.process().family()).isEmpty();
        assertThat(verbs.fails("status", 3))
                .isEqualTo("there is no process " + master.process().pid() + " here");
    }

    @Test
    void whatIsRefusedIsSaidWithItsReason() {
        StartedMaster master = start(Jdks.running(), "--workers 2 --min-ready 2");
        Verbs verbs = verbs(Jdks.running(), master);
        master.process().awaitLine("all workers ready", SOON);

        assertThat(verbs.fails("scale 1", 1)).isEqualTo("2 is the minimum number of workers; there are to be 2");
        assertThat(verbs.fails("kill 7", 1)).isEqualTo("there is no worker 7; they are 0 to 1");
        assertThat(verbs.fails("dump 0", 1))
                .matches(
                        "worker 0 \\(pid \\d+\\) does not run on a JVM that this master has started: SIGQUIT might end it");
        assertThat(verbs.fails("kill --wait 1", 2)).startsWith("unknown option --wait of kill");
        assertThat(new Verbs(processes, Jdks.running(), ProcessHandle.current().pid()).fails("status", 3))
                .contains("has no control socket: is it a master");
        master.stop();
    }

    @Test
    void aReloadThatFailsIsSaidToHave() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 2");
        Verbs verbs = verbs(Jdks.running(), master);
        master.process().awaitLine("all workers ready", SOON);

        version("broken");
        assertThat(verbs.fails("reload --wait", 1))
                .matches(
                        "version 1: reload aborted, 2 of 2 workers stay as they were: worker 0 \\(pid \\d+\\) exit code 7");
        Files.writeString(variables, "no assignment\n");
        assertThat(verbs.fails("reload --wait", 1)).startsWith("not reloading: ");
        version("two");
        assertThat(verbs.done("reload --wait")).endsWith("2 workers replaced");
        master.stop();
    }

    @Test
    void oneThatIsOvertakenIsSaidToBe() {
        StartedMaster master = start(Jdks.running(), "--workers 2 --soak 1h");
        Verbs verbs = verbs(Jdks.running(), master);
        master.process().awaitLine("all workers ready", SOON);
        RunningProcess first = verbs.start("reload --wait");
        first.awaitLine("begins to replace", SOON);

        assertThat(verbs.done("reload")).startsWith("version 2 begins");
        assertThat(Verbs.reason(first, 1)).isEqualTo("version 1: superseded by another reload, to version 2");

        RunningProcess second = verbs.start("reload --wait");
        second.awaitLine("begins to replace", SOON);
        verbs.done("stop");
        assertThat(Verbs.reason(second, 1)).startsWith("version 3: ");
        assertThat(master.process().awaitExit(SOON)).isZero();
    }

    @Test
    void aFollowerSeesWhatHappens() {
        StartedMaster master = start(Jdks.running(), "--workers 1");
        Verbs verbs = verbs(Jdks.running(), master);
        RunningProcess lines = verbs.start("status --follow");
        RunningProcess json = verbs.start("status -o json --follow");
        lines.awaitLine("^LISTENER", SOON);
        json.awaitLine("\"schema\":1", SOON);

        verbs.done("scale 2 --wait");

        lines.awaitLine("Z INFO scaling from 1 to 2 workers: asked by pid", SOON);
        lines.awaitLine("Z INFO worker 1 \\(pid \\d+\\) ready after", SOON);
        assertThat(json(json.awaitLine("\"event\":\"worker-ready\"", SOON).text())
                        .get("slot"))
                .isEqualTo(1L);
        master.stop();
        assertThat(Verbs.shown(lines, 0)).endsWith("the master has ended");
        assertThat(Verbs.shown(json, 0).lines())
                .allSatisfy(line -> assertThat(json(line)).isNotEmpty());
    }

    @Test
    void whatItIsForCanBeLimited() throws IOException {
        StartedMaster reading = start(Jdks.running(), "--workers 1 --control read");
        Verbs verbs = verbs(Jdks.running(), reading);
        assertThat(verbs.done("status")).contains("1 of 1 ready");
        for (String verb : List.of("reload", "scale 2", "stop", "kill 0", "dump 0")) {
            assertThat(verbs.fails(verb, 1)).isEqualTo("--control read allows status alone");
        }
        reading.stop();

        StartedMaster off = start(Jdks.running(), "--workers 1 --control off");
        assertThat(verbs(Jdks.running(), off).fails("status", 3)).contains("has no control socket");
        assertThat(Files.readString(Path.of("/proc/net/unix")))
                .doesNotContain("prefork-control-" + off.process().pid() + "-");
        assertThat(off.process().output()).noneMatch(line -> line.text().contains("control"));
        off.stop();
    }

    @Test
    void ofSeveralOneHasToBeChosen() {
        StartedMaster one = start(Jdks.running(), "--workers 1");
        StartedMaster two = start(Jdks.running(), "--workers 1");

        RunningProcess any = processes.prefork(Jdks.running(), "status").start();
        assertThat(Verbs.reason(any, 2))
                .startsWith("several masters are visible; choose one with --pid: ")
                .contains(one.process().pid() + " (", two.process().pid() + " (");
        assertThat(verbs(Jdks.running(), two).done("status"))
                .contains("(pid " + two.process().pid() + ")");
        one.stop();
        two.stop();
    }

    @Test
    void nothingOfItReachesWorkersOrStays() throws IOException {
        StartedMaster master = start(Jdks.running(), "--workers 1");
        Verbs verbs = verbs(Jdks.running(), master);
        long pid = master.process().pid();
        verbs.done("reload --wait");
        await().until(() -> Proc.children(pid).size() == 2);
        long before = descriptors(pid);
        for (int i = 0; i < 4; i++) {
            verbs.done("reload --wait");
            verbs.done("status");
        }
        await().untilAsserted(() -> assertThat(descriptors(pid)).isLessThanOrEqualTo(before));
        String inode = Files.readAllLines(Path.of("/proc/net/unix")).stream()
                .filter(line -> line.contains("@prefork-control-" + pid + "-"))
                .map(line -> line.strip().split(" +")[6])
                .findFirst()
                .orElseThrow();
        long worker = master.workerPid(0);
        try (Stream<Path> open = Files.list(Path.of("/proc/" + worker + "/fd"))) {
            assertThat(open.map(ControlIT::target)).doesNotContain("socket:[" + inode + "]");
        }
        master.stop();
    }

    private static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return open.map(ControlIT::target)
                    .filter(target -> target.startsWith("socket:") || target.startsWith("pipe:"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
