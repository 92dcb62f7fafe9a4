package dev.prefork.it.pod;

import static dev.prefork.it.command.StartedMaster.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.ProgramUnderTest;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.cli.Verbs;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.StartedMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The control socket of a master that is PID 1 of a container, asked from inside and from elsewhere. */
class ControlPodIT {
    /** As shells and the JDK tell of SIGKILL. */
    private static final int KILLED = 128 + 9;

    private static final String ANOTHER_USER = "10124";
    private static final String ASK = """
            import socket, struct, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect('\\0' + sys.argv[1])
            try:
                text = b'{"version":1,"request":"stop","now":true}'
                s.sendall(struct.pack('>I', len(text)) + text)
            except BrokenPipeError:
                pass
            head = s.recv(4, socket.MSG_WAITALL)
            print(s.recv(struct.unpack('>I', head)[0], socket.MSG_WAITALL).decode())
            """;

    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path home;

    /** A process that is run in the container, as {@code kubectl exec} does it. */
    private RunningProcess exec(RunningProcess unshare, BareContainer container, String user, String line) {
        List<String> words = new ArrayList<>(List.of(
                "nsenter",
                "--target",
                Long.toString(BareContainer.pid1(unshare)),
                "--pid",
                "--mount",
                "--",
                "setpriv",
                "--reuid=" + user,
                "--regid=0",
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--",
                Jdks.running().java().toString(),
                "-jar",
                container.application().resolve("quarkus-run.jar").toString()));
        words.addAll(List.of(line.split(" ")));
        return processes.command(words.toArray(String[]::new)).start();
    }

    private String done(RunningProcess unshare, BareContainer container, String line) {
        return Verbs.shown(exec(unshare, container, BareContainer.USER, line), 0);
    }

    @Test
    void inTheBarestContainerTheVerbsWorkWithoutAPid() throws IOException {
        Tools.require("nsenter");
        BareContainer container = BareContainer.of(Jdks.running(), home, "--no-shell");
        RunningProcess unshare =
                container.start(processes, Jdks.running(), "--workers", "2", "--listen", "127.0.0.1:0");
        StartedMaster.of(unshare).awaitReady();
        unshare.awaitLine("all workers ready", SOON);

        assertThat(done(unshare, container, "status")).contains("(pid 1)", "2 of 2 ready");
        assertThat(done(unshare, container, "scale 1 --wait")).endsWith("1 worker is ready");
        assertThat(done(unshare, container, "reload --wait")).endsWith("version 1: 1 worker replaced");

        RunningProcess dump = exec(unshare, container, BareContainer.USER, "dump 0");
        assertThat(dump.awaitExit(SOON)).as(dump::dump).isZero();
        assertThat(dump.stderr())
                .matches("prefork: the dump cannot be fetched \\(its /tmp cannot be written\\); worker 0 \\(pid \\d+\\)"
                        + " was sent SIGQUIT: the dump is in its output, kubectl logs in a pod");
        unshare.awaitLine("Full thread dump", SOON);

        assertThat(done(unshare, container, "kill 0")).endsWith("is to be replaced");
        unshare.awaitLine("is to be replaced: asked by pid \\d+, uid " + BareContainer.USER, SOON);

        assertRefused(exec(unshare, container, ANOTHER_USER, "stop"), unshare);

        // With PID 1 the kernel kills all that is in its namespace, and so this verb where it is still on its way out.
        RunningProcess stop = exec(unshare, container, BareContainer.USER, "stop");
        assertThat(stop.awaitExit(SOON)).as(stop::dump).isIn(0, KILLED);
        assertThat(stop.stdout()).isEqualTo("the master is stopping");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
    }

    private static void assertRefused(RunningProcess another, RunningProcess master) {
        assertThat(Verbs.reason(another, 1)).isEqualTo("only uid " + BareContainer.USER + " and root are admitted");
        master.awaitLine("WARN +control socket: refused pid \\d+, uid " + ANOTHER_USER + ": only uid", SOON);
    }

    @Test
    void aWorkerThatIsAJvmShowsItsThreads() {
        ProgramUnderTest.requireJvm("its workers write their threads to their output only");
        RunningProcess process = processes
                .prefork(Jdks.running(), "--workers", "1", "--listen", "127.0.0.1:0")
                .start();
        StartedMaster master = StartedMaster.of(process).awaitReady();
        Verbs verbs = new Verbs(processes, Jdks.running(), process.pid());

        assertThat(verbs.done("dump 0")).contains("Full thread dump", "prefork-lifeline");
        assertThat(process.output()).noneMatch(line -> line.text().contains("Full thread dump"));
        master.stop();
    }

    /** Its abstract name is seen there, as in another container of the pod. */
    @Test
    void aProcessOfAnotherPidNamespaceIsRefusedEvenIfItIsRoot() throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Tools.requirePidNamespaces().toString(), "--pid", "--fork", "--mount-proc"));
        command.addAll(StartedMaster.commandLine(Jdks.running(), "--workers 1 --listen 127.0.0.1:0", Scripts.worker()));
        RunningProcess unshare =
                processes.command(command.toArray(String[]::new)).start();
        StartedMaster.of(unshare).awaitReady();
        long pid1 = BareContainer.pid1(unshare);

        for (String name : namesOfPid1()) {
            RunningProcess ask = processes
                    .command(Tools.require("python3").toString(), "-c", ASK, name)
                    .start();
            assertThat(ask.awaitExit(SOON)).as(ask::dump).isZero();
            assertThat(ask.stdout())
                    .isEqualTo("{\"version\":1,\"answer\":\"refused\",\"body\":\"it is in another pid namespace\"}");
        }
        unshare.awaitLine("WARN +control socket: refused pid 0, uid \\d+: it is in another pid namespace", SOON);

        assertThat(new Verbs(processes, Jdks.running(), pid1).fails("stop", 3)).contains("has no control socket");
        assertThat(Proc.isAlive(pid1)).isTrue();
        Proc.signal(pid1, "TERM");
        assertThat(unshare.awaitExit(SOON)).as(unshare::dump).isZero();
    }

    /** Other tests may have such masters, too. */
    private static List<String> namesOfPid1() throws IOException {
        Matcher names =
                Pattern.compile("@(prefork-control-1-\\d+)\n").matcher(Files.readString(Path.of("/proc/net/unix")));
        List<String> found = names.results().map(name -> name.group(1)).toList();
        assertThat(found).isNotEmpty();
        return found;
    }
}
