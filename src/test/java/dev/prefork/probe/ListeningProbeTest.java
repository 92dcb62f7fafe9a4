package dev.prefork.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.Waits;
import dev.prefork.os.TestChild;
import dev.prefork.procfs.AcceptWaits;
import dev.prefork.procfs.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With real processes, each of which begins to listen when a file is there. */
class ListeningProbeTest {
    private static final String BINDS = """
            import os, socket, sys, time
            kind, place, go = sys.argv[1:]
            families = {"tcp4": socket.AF_INET, "tcp6": socket.AF_INET6, "unix": socket.AF_UNIX}
            bound = socket.socket(families[kind], socket.SOCK_STREAM)
            bound.bind("\\0" + place[1:] if place[0] == "@" else place if kind == "unix" else (place, 0))
            print("bound", flush=True)
            while not os.path.exists(go):
                time.sleep(0.01)
            bound.listen(8)
            time.sleep(600)
            """;

    @TempDir
    Path directory;

    private final ListeningProbe probe = new ListeningProbe();
    private final List<TestChild> workers = new ArrayList<>();

    @AfterEach
    void end() {
        workers.forEach(TestChild::close);
        probe.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp4 127.0.0.1", "tcp6 ::1", "unix DIRECTORY/a.sock", "unix @prefork-listening-probe"})
    void aWorkerIsReadyOnceItListensAndNotWhenItHasOnlyBound(String where) {
        assumeTrue(!where.startsWith("tcp6") || Files.exists(Path.of("/proc/net/if_inet6")), "no IPv6 here");
        TestChild worker = worker(where, "");

        assertThat(probe.round(Set.of(worker.pid()))).isEmpty();
        assertThat(probe.isHolding()).isTrue();

        go();
        Waits.await().until(() -> probe.round(Set.of(worker.pid())), Set.of(worker.pid())::equals);
        assertThat(probe.round(Set.of())).isEmpty();
        assertThat(probe.isHolding()).isFalse();
    }

    @Test
    void behindAShellItIsAProcessOfTheGroupThatListens() {
        TestChild worker = worker("tcp4 127.0.0.1", "\"$@\"; exit 1");

        go();
        Waits.await().until(() -> probe.round(Set.of(worker.pid())), Set.of(worker.pid())::equals);
    }

    @Test
    void whatAnotherProcessListensOnIsNoProof() {
        TestChild listens = worker("tcp4 127.0.0.1", "");
        TestChild idle = TestChild.sh("exec sleep 600");
        workers.add(idle);
        go();
        Set<Integer> both = Set.of(listens.pid(), idle.pid());

        Waits.await().until(() -> probe.round(both), Set.of(listens.pid())::equals);
        assertThat(probe.round(Set.of(idle.pid()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWorkerThatIsNotSeenOrHasAHiddenProcessIsReadyOnceItIsASecondOld(boolean seen) throws IOException {
        if (seen) {
            process(40, "S 1 40");
            process(41, "S 40 40");
            Files.createFile(directory.resolve("41/fd")); // no directory: it cannot be listed, like one of others
        }
        ListeningProbe looking = new ListeningProbe(new ProcessTree(directory));
        long begin = System.nanoTime();

        Waits.await().until(() -> looking.round(Set.of(40)), Set.of(40)::equals);

        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(1_000_000_000L);
    }

    private void process(int pid, String fields) throws IOException {
        Path process = Files.createDirectories(directory.resolve(Integer.toString(pid)));
        Files.writeString(
                process.resolve("stat"), pid + " (x) " + fields + " 1 0 -1 4194304 0 0 0 0 5 6 0 0 20 0 1 0 0\n");
    }

    /** As in a container, where root lacks SYS_PTRACE and the server is another user's. */
    @Test
    void descriptorsThatAreListedButMayNotBeReadAreHidden() throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(root && Files.exists(Path.of("/usr/bin/setpriv")), "only root can be another user");
        TestChild other = TestChild.start(List.of("/usr/bin/setpriv", "--reuid", "65534", "sleep", "600"), Map.of());
        workers.add(other);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        try (TestChild looking = TestChild.start(
                List.of(
                        "/usr/bin/setpriv",
                        "--bounding-set",
                        "-sys_ptrace",
                        "--inh-caps",
                        "-sys_ptrace",
                        java,
                        "-cp",
                        classPath,
                        Looking.class.getName(),
                        Integer.toString(other.pid())),
                Map.of())) {
            assertThat(looking.readLine()).isEqualTo("hidden [" + other.pid() + "] [" + other.pid() + "]");
        }
    }

    /** Tells which of the processes it cannot look into, by one look and the other, once it is another user's. */
    static final class Looking {
        private Looking() {}

        public static void main(String... pid) {
            Set<Integer> worker = Set.of(Integer.parseInt(pid[0]));
            Path proc = Path.of("/proc");
            Set<Integer> hidden = Waits.await()
                    .until(() -> new AcceptWaits(proc).look(Set.of(1L), worker).hidden(), worker::equals);
            System.out.println("hidden " + hidden + " "
                    + new ProcessTree(proc).listening(worker).hidden());
        }
    }

    private void go() {
        assertThat(directory.resolve("go").toFile().mkdir()).isTrue();
    }

    /** Has bound when this returns; under a shell with this script, if there is one. */
    private TestChild worker(String where, String script) {
        String python = TestChild.python().orElse("");
        assumeTrue(!python.isEmpty(), "this machine has no python3");
        List<String> command = new ArrayList<>(script.isEmpty() ? List.of() : List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(List.of(python, "-c", BINDS));
        command.addAll(List.of(where.replace("DIRECTORY", directory.toString()).split(" ")));
        command.add(directory.resolve("go").toString());
        TestChild worker = TestChild.start(command, Map.of());
        workers.add(worker);
        assertThat(worker.readLine()).isEqualTo("bound");
        return worker;
    }
}
