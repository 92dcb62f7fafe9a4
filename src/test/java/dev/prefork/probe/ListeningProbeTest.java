package dev.prefork.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.prefork.Waits;
import dev.prefork.os.TestChild;
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
