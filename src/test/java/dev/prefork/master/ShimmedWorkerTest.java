package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.cli.Main;
import dev.prefork.handoff.Handoff;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.TestJvm;
import dev.prefork.os.WaitStatus;
import dev.prefork.shim.Shim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that get to know their pid without a shell; a JVM stands in for the native executable. */
class ShimmedWorkerTest {
    private static final List<String> JVM = TestJvm.command(Main.class.getName(), Shim.WORD);
    private static final ListenPid SHIM = new ListenPid.OwnExecutableFirst(new Program(JVM.get(0), JVM));

    private final Posix posix = Posix.system();

    @TempDir
    Path directory;

    @Test
    void aWorkerIsToldItsPidAndGetsWhatAnyOtherGets() throws Exception {
        int pid = launch("exec > \"$0\"; echo $$; tr '\\0' '\\n' < /proc/$$/environ; ls -m /proc/$$/fd", out());

        assertThat(posix.reapWaiting(pid)).isEqualTo(new WaitStatus.Exited(0));
        List<String> lines = Files.readAllLines(Path.of(out()));
        assertThat(lines.get(0)).isEqualTo(Integer.toString(pid));
        assertThat(lines)
                .contains(
                        "LISTEN_PID=" + pid,
                        "WATCHDOG_PID=" + pid,
                        "WATCHDOG_USEC=5000000",
                        "LISTEN_FDS=1",
                        "PREFORK_CHILD=1",
                        "PREFORK_SLOT=7",
                        "PREFORK_MASTER_PID=" + posix.getpid(),
                        "a.b=odd",
                        "0, 1, 2, 3, 4")
                .noneMatch(line -> line.startsWith("PREFORK_EXEC_"));
    }

    @Test
    void theWorkerLeadsTheSessionAndTheGroupThatItsShimWasStartedIn() throws Exception {
        int pid = launch("exec sleep 60");
        try {
            assertThat(posix.groupOf(pid)).isEqualTo(pid);
            assertThat(posix.sessionOf(pid)).isEqualTo(pid);
        } finally {
            posix.killGroup(pid, Signal.KILL);
            posix.reapWaiting(pid);
        }
    }

    private String out() {
        return directory.resolve("out").toString();
    }

    private int launch(String script, String... arguments) throws IOException, LaunchFailedException {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script));
        words.addAll(List.of(arguments));
        Map<String, String> inherited = Map.of(
                "PATH", System.getenv("PATH"), "a.b", "odd", "PREFORK_EXEC_FILE", "/bin/false", "LISTEN_PID", "1");
        try (Listeners listeners = Listeners.open(
                        posix,
                        ListenSpec.parseList(List.of("http=tcp4://127.0.0.1:0")),
                        new ListenOptions(64, false, 1),
                        List.of());
                NotifySockets notifySockets = NotifySockets.open(posix);
                WorkerProcess process = new WorkerProcess(
                        posix,
                        new Program("/bin/sh", words),
                        new WorkerInheritance(
                                new Handoff(listeners.all(), Set.of()),
                                inherited,
                                notifySockets,
                                Optional.of(Duration.ofSeconds(5)),
                                Optional.empty()),
                        SHIM,
                        Guard.lifelineAlone(posix))) {
            return process.launch(7, 0);
        }
    }
}
