package dev.prefork.it.command;

import static dev.prefork.it.command.StartedMaster.arguments;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker that is any command sees of its master: descriptors, environment, arguments, signals, group. */
class WorkerContractIT {
    private static final String ANY_PORT = "--listen 127.0.0.1:0";
    private static final int O_NONBLOCK = 04000;

    @RegisterExtension
    final Processes processes = new Processes();

    @ParameterizedTest
    @MethodSource("dev.prefork.it.Jdks#all")
    void twoWorkersAnswerOnOneSocketAndEachKnowsItself(Jdk jdk) throws Exception {
        StartedMaster master = start(jdk, "--workers 2 " + ANY_PORT, Scripts.worker());

        Map<Integer, WorkerAnswer> answers = master.awaitAnswersOf(2);

        assertThat(answers).containsOnlyKeys(0, 1);
        answers.forEach((slot, answer) -> {
            WorkerView worker = new WorkerView(answer.pid());
            assertThat(answer.pid()).isEqualTo(master.workerPid(slot));
            assertThat(worker.environment("PREFORK_SLOT")).containsExactly(Integer.toString(slot));
            assertThat(worker.environment("LISTEN_PID")).containsExactly(Long.toString(answer.pid()));
        });
        assertThat(answers.get(0).pid()).isNotEqualTo(answers.get(1).pid());
        assertThat(socket(answers.get(0))).isEqualTo(socket(answers.get(1))).startsWith("socket:[");
        assertThat(master.process().children())
                .containsExactlyInAnyOrder(answers.get(0).pid(), answers.get(1).pid());
        master.stop();
    }

    private static String socket(WorkerAnswer answer) {
        return Proc.fds(answer.pid()).get(3);
    }

    @Test
    void inheritedValuesOfTheHandOverAreReplacedAndNeverDoubled() throws Exception {
        RunningProcess process = processes
                .prefork(Jdks.running(), arguments("--workers 1 " + ANY_PORT, Scripts.worker()))
                .env("PREFORK_CHILD", "no")
                .env("PREFORK_SLOT", "77")
                .env("PREFORK_GENERATION", "78")
                .env("PREFORK_MASTER_PID", "1")
                .env("PREFORK_LEADER", "another/master/s")
                .env("PREFORK_TAKEOVER", "96")
                .env("PREFORK_LIFELINE", "99")
                .env("PREFORK_BOARD", "98")
                .env("PREFORK_GUARD", "97")
                .env("LISTEN_PID", "1")
                .env("LISTEN_FDS", "7")
                .env("LISTEN_FDNAMES", "junk")
                .env("LISTEN_PIDFDID", "5")
                .env("NOTIFY_SOCKET", "/nowhere")
                .env("WATCHDOG_USEC", "5")
                .env("WATCHDOG_PID", "1")
                .env("SERVER_STARTER_PORT", "1=1")
                .env("SERVER_STARTER_GENERATION", "3")
                .env("EINHORN_FD_COUNT", "9")
                .env("EINHORN_FD_0", "42")
                .env("NGINX", "9;")
                .start();
        StartedMaster master = StartedMaster.of(process);

        WorkerAnswer answer = WorkerAnswer.parse(master.get("/"));
        WorkerView worker = new WorkerView(answer.pid());

        assertThat(worker.environment("PREFORK_CHILD")).containsExactly("1");
        assertThat(worker.environment("PREFORK_SLOT")).containsExactly("0");
        assertThat(worker.environment("PREFORK_GENERATION")).containsExactly("1");
        assertThat(worker.environment("PREFORK_MASTER_PID")).containsExactly(Long.toString(process.pid()));
        assertThat(worker.environment("PREFORK_LIFELINE")).containsExactly("4");
        assertThat(worker.environment("PREFORK_LEADER")).singleElement().satisfies(name -> assertThat(name)
                .startsWith("prefork/" + process.pid() + "/leader/"));
        assertThat(worker.environment("PREFORK_BOARD")).containsExactly("5");
        assertThat(worker.environment("PREFORK_GUARD")).containsExactly("6");
        assertThat(worker.environment("LISTEN_PID")).containsExactly(Long.toString(answer.pid()));
        assertThat(worker.environment("LISTEN_FDS")).containsExactly("1");
        assertThat(worker.environment("LISTEN_FDNAMES")).containsExactly("http");
        assertThat(worker.environment("NOTIFY_SOCKET")).singleElement().satisfies(address -> assertThat(address)
                .startsWith("@prefork/" + process.pid() + "/"));
        for (String absent : List.of(
                "PREFORK_TAKEOVER",
                "LISTEN_PIDFDID",
                "WATCHDOG_USEC",
                "WATCHDOG_PID",
                "SERVER_STARTER_PORT",
                "SERVER_STARTER_GENERATION",
                "EINHORN_FD_COUNT",
                "EINHORN_FD_0",
                "NGINX")) {
            assertThat(worker.environment(absent)).as(absent).isEmpty();
        }
        List<String> names = worker.environment().stream()
                .map(entry -> entry.substring(0, entry.indexOf('=')))
                .toList();
        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void nothingIsOpenButTheStandardStreamsTheListenerAndWhatTheEnvironmentNames() throws Exception {
        StartedMaster master = start(Jdks.running(), "--workers 1 " + ANY_PORT, Scripts.worker());

        assertThat(master.get("/descriptors")).isEqualTo("0 1 2 3 4 5 6");

        WorkerView worker = new WorkerView(master.workerPid(0));
        Map<Integer, String> open = Proc.fds(worker.pid());
        assertThat(worker.environment("PREFORK_LIFELINE")).containsExactly("4");
        assertThat(open.get(3)).startsWith("socket:[");
        assertThat(open.get(4)).startsWith("pipe:[");
        assertThat(worker.environment("PREFORK_BOARD")).containsExactly("5");
        assertThat(open.get(5)).startsWith("/memfd:prefork-board");
        assertThat(worker.environment("PREFORK_GUARD")).containsExactly("6");
        assertThat(open.get(6)).startsWith("pipe:[").isNotEqualTo(open.get(4));
        assertThat(worker.flags(3) & O_NONBLOCK)
                .as("a listener that several workers wait for must not block")
                .isEqualTo(O_NONBLOCK);
    }

    @Test
    void aWorkerLeadsItsOwnGroupWithNoSignalBlockedIgnoredOrCaught() {
        StartedMaster master = start(Jdks.running(), "--workers 1 " + ANY_PORT, List.of("sleep", "600"));
        WorkerView worker = new WorkerView(master.workerPid(0));
        Awaitility.await()
                .atMost(StartedMaster.SOON)
                .until(() -> worker.arguments().get(0).endsWith("sleep"));

        assertThat(Proc.group(worker.pid())).contains(worker.pid());
        assertThat(worker.status("SigBlk")).matches("0+");
        assertThat(worker.status("SigIgn")).matches("0+");
        assertThat(worker.status("SigCgt")).matches("0+");
        assertThat(Proc.fds(worker.pid())).containsOnlyKeys(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void severalListenersComeInOrderFromThreeOnWithTheirNames(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("local.sock");
        List<String> listen = new ArrayList<>(List.of("web=tcp4://127.0.0.1:0", "local=unix://" + path));
        if (hasIpv6()) {
            listen.add("six=tcp6://[::1]:0");
        }
        StartedMaster master =
                start(Jdks.running(), "--workers 1 --listen " + String.join(",", listen), Scripts.worker());

        assertThat(WorkerAnswer.parse(master.get("web", "/")).last()).isEqualTo(3);
        assertThat(WorkerAnswer.parse(master.get("local", "/")).last()).isEqualTo(4);
        if (hasIpv6()) {
            assertThat(WorkerAnswer.parse(master.get("six", "/")).last()).isEqualTo(5);
        }
        WorkerView worker = new WorkerView(master.workerPid(0));
        assertThat(worker.environment("LISTEN_FDS")).containsExactly(Integer.toString(listen.size()));
        assertThat(worker.environment("LISTEN_FDNAMES")).containsExactly(hasIpv6() ? "web:local:six" : "web:local");
        assertThat(worker.environment("PREFORK_LIFELINE")).containsExactly(Integer.toString(3 + listen.size()));
        assertThat(worker.environment("PREFORK_BOARD")).containsExactly(Integer.toString(4 + listen.size()));
        assertThat(path).exists();
        master.stop();
        assertThat(path).doesNotExist();
    }

    private static boolean hasIpv6() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.getHostAddress().startsWith(loopback.getHostAddress()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void namesAndValuesOfTheEnvironmentArriveToTheByteWhateverTheLocale(String locale) throws Exception {
        // Octal, so that the locale of this test does not matter: "grüße", and bytes that are no text.
        String script = "exec env \"GREETING=$(printf 'gr\\303\\274\\303\\237e')\" \"RAW=$(printf '\\377\\300x')\""
                + " \"my.name-x=$(printf 'w\\303\\251rt')\" 'EMPTY=' 'SIGNS=a=b;$HOME \"c\"' \"$@\"";
        StartedMaster master = behind(script, locale, Scripts.worker());

        WorkerView worker = new WorkerView(WorkerAnswer.parse(master.get("/")).pid());

        assertThat(worker.environment("GREETING")).containsExactly("gr\u00c3\u00bc\u00c3\u009fe");
        assertThat(worker.environment("RAW")).containsExactly("\u00ff\u00c0x");
        assertThat(worker.environment("my.name-x")).containsExactly("w\u00c3\u00a9rt");
        assertThat(worker.environment("EMPTY")).containsExactly("");
        assertThat(worker.environment("SIGNS")).containsExactly("a=b;$HOME \"c\"");
        assertThat(worker.environment("LC_ALL")).containsExactly(locale);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void argumentsArriveVerbatimWhateverTheLocale(String locale) throws Exception {
        String script = "exec \"$@\" \"$(printf 'gr\\303\\274\\303\\237e')\" \"$(printf '\\377')\"";
        List<String> odd = List.of(
                "a b",
                "it's",
                "\"",
                "$HOME",
                "*",
                "line\nbreak",
                "",
                "--",
                "--workers",
                "-Dprefork.x=y",
                "@file",
                "\\");
        StartedMaster master = behind(script, locale, Scripts.worker(odd.toArray(String[]::new)));

        WorkerView worker = new WorkerView(WorkerAnswer.parse(master.get("/")).pid());

        List<String> expected = new ArrayList<>(Scripts.worker(odd.toArray(String[]::new)));
        expected.add("gr\u00c3\u00bc\u00c3\u009fe");
        expected.add("\u00ff");
        assertThat(worker.arguments()).containsExactlyElementsOf(expected);
    }

    /** A master started by a shell's script, which has its command line in its arguments. */
    private StartedMaster behind(String script, String locale, List<String> command) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        words.addAll(StartedMaster.commandLine(Jdks.running(), "--workers 1 " + ANY_PORT, command));
        return StartedMaster.of(processes
                .command(words.toArray(String[]::new))
                .env("LC_ALL", locale)
                .start());
    }

    private StartedMaster start(Jdk jdk, String options, List<String> command) {
        return StartedMaster.of(
                processes.prefork(jdk, arguments(options, command)).start());
    }
}
