package dev.prefork.it.hostile;

import static dev.prefork.Waits.await;
import static dev.prefork.it.command.StartedMaster.SOON;
import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.OutputLine;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that leave their groups, change their user, or speak for others: each stop ends all of it, or names what is left. */
class EscapeIT {
    private static final String SCRIPT = "hostile/escape.py";
    private static final String OPTIONS = "--ready notify --listen 127.0.0.1:0 --shutdown-grace-period 1s --workers ";

    /** The user of a master that may change its workers' users, but signal none of another user: CAP_SETUID and no CAP_KILL. */
    private static final List<String> WITHOUT_KILL = List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all,+setuid",
            "--ambient-caps=-all,+setuid",
            "--bounding-set=-all,+setuid");

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @CsvSource({
        "leave, false",
        "stubborn-jobs, false",
        "stubborn-jobs, true",
        "daemon, false",
        "daemon-of-another-user, false",
        "daemon-of-another-user, true",
        "another-user, false",
        "stop, false"
    })
    void aStopEndsAllThereIs(String way, boolean pid1) {
        requireRootFor(way);
        RunningProcess process = start(way, 1, pid1);
        process.awaitLine("worker 0 .* ready after", SOON);

        Proc.signal(pid1 ? process.children().get(0) : process.pid(), "TERM");

        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        assertThat(process.family()).as(process::dump).isEmpty();
    }

    @Test
    void neitherAWorkerNorItsChildrenGetOutOfItsSession() {
        RunningProcess process = start("leave", 1, false);

        process.awaitLine("^the worker joins its child's group: EPERM$", SOON);
        process.awaitLine("^the worker begins a session: EPERM$", SOON);
        assertThat(Proc.group(StartedMaster.of(process).workerPid(0)))
                .contains(StartedMaster.of(process).workerPid(0));
    }

    @Test
    void jobsAreAskedToStopOnceAndAfterTheWorkerWhoseTheyAre() {
        RunningProcess process = start("jobs", 1, false);
        process.awaitLine("worker 0 .* ready after", SOON);

        process.signal("TERM");

        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        assertThat(lines(process, "got TERM"))
                .as(process::dump)
                .startsWith("worker got TERM")
                .containsExactlyInAnyOrder("worker got TERM", "first job got TERM", "second job got TERM");
    }

    @Test
    void theJobsOfAWorkerThatIsScaledDownEndWithIt() {
        RunningProcess process = start("jobs", 2, false);
        process.awaitLines("worker \\d .* ready after", 2, SOON);
        StartedMaster master = StartedMaster.of(process);
        long gone = master.workerPid(1);
        assertThat(inSession(process, gone)).hasSize(3);

        process.signal("TTOU");

        await().until(() -> inSession(process, gone).isEmpty());
        assertThat(inSession(process, master.workerPid(0))).hasSize(3);
        process.awaitLines("^(first|second) job got TERM$", 2, SOON);
        assertThat(lines(process, "job got TERM")).hasSize(2);
    }

    @Test
    void theJobsOfAWorkerThatIsKilledAreKilledAtOnce() {
        RunningProcess process = start("stubborn-jobs", 2, false);
        process.awaitLines("worker \\d .* ready after", 2, SOON);
        StartedMaster master = StartedMaster.of(process);
        long gone = master.workerPid(1);
        assertThat(inSession(process, gone)).hasSize(3);

        Proc.signal(gone, "KILL");

        await().until(() -> inSession(process, gone).isEmpty());
        assertThat(inSession(process, master.workerPid(0))).hasSize(3);
        assertThat(lines(process, "got TERM")).isEmpty();
    }

    @Test
    void noProcessOfAWorkerCanSpeakForItsSiblingOrJoinIt() throws IOException {
        Tools.requireRoot();
        RunningProcess process = start("forge", 2, false);
        process.awaitLines("worker \\d .* ready after", 2, SOON);
        StartedMaster master = StartedMaster.of(process);

        assertThat(lines(process, "^the sibling's socket"))
                .containsExactly("the sibling's socket is in /proc/net/unix");
        assertThat(lines(process, "joins its sibling's group"))
                .containsExactlyInAnyOrder(
                        "the worker joins its sibling's group: EPERM", "a child joins its sibling's group: EPERM");
        // At least: other tests' attackers send to each socket that they find as well.
        await().untilAsserted(() -> assertThat(dropped(master)).isGreaterThanOrEqualTo(6));
        assertThat(master.metrics()).contains("prefork_workers{state=\"ready\"} 2");
        master.stop();
        assertThat(lines(process, "worker 0 .*(STOPPING=1|forged)")).isEmpty();
        assertThat(lines(process, "worker 0 .* did not send what came in its name"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"another-user", "jobs-of-another-user", "daemon-of-another-user"})
    void whatMayNotBeSignalledIsNamedAndTheExitCodeSaysSo(String way) {
        RunningProcess process = start(way, 1, false, WITHOUT_KILL);
        process.awaitLine("worker 0 .* ready after", SOON);
        String survivor = survivor(process, way);

        process.signal("TERM");

        assertThat(process.awaitExit(SOON)).as(process::dump).isEqualTo(6);
        assertThat(process.stdout())
                .containsPattern("pid " + survivor + " cannot be sent SIGKILL: Operation not permitted; give the master"
                        + " the capability KILL");
        assertThat(process.stderr()).contains("prefork: stopped, but ", "pid " + survivor, " survived SIGKILL");
    }

    /** There the kernel ends it with the master, but the reason must be told all the same. */
    @Test
    void asPid1TooItIsNamed() {
        RunningProcess process = start("another-user", 1, true, WITHOUT_KILL);
        process.awaitLine("worker 0 .* ready after", SOON);
        String survivor = survivor(process, "another-user");

        Proc.signal(process.children().get(0), "TERM");

        assertThat(process.awaitExit(SOON)).as(process::dump).isEqualTo(6);
        assertThat(process.stderr()).contains("worker 0 (pid " + survivor + ") survived SIGKILL");
        assertThat(process.family()).as(process::dump).isEmpty();
    }

    private static String survivor(RunningProcess process, String way) {
        String name = way.equals("another-user") ? "worker" : way.startsWith("jobs") ? "first job" : "daemon";
        Matcher line = Pattern.compile(name + " is pid (\\d+)")
                .matcher(process.awaitLine("^" + name + " is pid \\d+$", SOON).text());
        assertThat(line.find()).isTrue();
        return line.group(1);
    }

    private RunningProcess start(String way, int workers, boolean pid1) {
        return start(way, workers, pid1, List.of());
    }

    private RunningProcess start(String way, int workers, boolean pid1, List<String> as) {
        Jdk jdk = Jdks.running();
        List<String> command = new ArrayList<>();
        if (pid1) {
            command.addAll(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        }
        command.addAll(as);
        List<String> worker = Scripts.python(SCRIPT, way);
        if (!as.isEmpty()) {
            worker = asUser(as, jdk, way);
        }
        command.addAll(PackagedJar.command(jdk));
        command.addAll(List.of(arguments(OPTIONS + workers, worker)));
        return processes.command(command.toArray(String[]::new)).start();
    }

    /** The worker's command; skips the test where that user cannot run it. */
    private static List<String> asUser(List<String> as, Jdk jdk, String way) {
        Tools.requireRoot();
        Tools.require("setpriv");
        List<String> worker = List.of("/usr/bin/python3", Scripts.path(SCRIPT).toString(), way);
        for (List<String> trial : List.of(
                List.of("test", "-r", PackagedJar.path().toString()),
                List.of("test", "-r", worker.get(1)),
                List.of(worker.get(0), "-c", "pass"),
                List.of(jdk.java().toString(), "-version"))) {
            List<String> command = new ArrayList<>(as);
            command.addAll(trial);
            Tools.requireSuccess("a user without rights cannot run " + String.join(" ", trial), command);
        }
        return worker;
    }

    private static void requireRootFor(String way) {
        if (way.contains("another-user")) {
            Tools.requireRoot();
        }
    }

    private static long dropped(StartedMaster master) throws IOException {
        String name = "prefork_notifications_dropped_total ";
        return master.metrics().stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length())))
                .sum();
    }

    private static List<Long> inSession(RunningProcess process, long session) {
        return process.family().stream()
                .filter(pid -> Proc.session(pid).equals(Optional.of(session)))
                .toList();
    }

    private static List<String> lines(RunningProcess process, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return process.output().stream()
                .map(OutputLine::text)
                .filter(line -> pattern.matcher(line).find())
                .toList();
    }
}
