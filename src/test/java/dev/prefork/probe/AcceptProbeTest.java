package dev.prefork.probe;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Handoff;
import dev.prefork.it.command.Scripts;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.os.Endpoint;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import dev.prefork.procfs.AcceptWaits;
import dev.prefork.procfs.TcpTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Listeners listeners;
    private AcceptProbe probe;

    @TempDir
    Path directory;

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void aWorkerThatWaitsIsFoundWithoutAConnection() {
        listenOn("tcp4://127.0.0.1:0", 1);
        HttpWorker worker = keep(HttpWorker.start(listeners, 0, directory.resolve("one")));
        awaitReady(Set.of(worker.pid()));
        assertThat(worker.log()).isEmpty();
        assertThat(probe.isHolding()).isFalse();
    }

    @Test
    void aWorkerOnAUnixListenerIsFound() {
        listenOn("unix://" + directory.resolve("s"), 1);
        awaitReady(Set.of(wait(0, "epoll").pid()));
    }

    @Test
    void aWorkerThatIsNeverSeenAsleepIsFoundByWhatItAccepts() {
        listenOn("tcp4://127.0.0.1:0", 1);
        awaitReady(Set.of(wait(0, "busy").pid()));
    }

    @Test
    void withASocketForEachWorkerTheOneThatIsNeverSeenAsleepIsFoundToo() {
        listenOn("tcp4://127.0.0.1:0", 3);
        wait(0, "pause");
        wait(2, "pause");
        awaitReady(Set.of(wait(1, "busy").pid()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "select-other", "epoll-inherited"})
    void aWorkerThatDoesNotAcceptIsNotReadyHoweverLongItLives(String way) {
        listenOn("tcp4://127.0.0.1:0", 1);
        HttpWorker sibling = keep(HttpWorker.start(listeners, 0, directory.resolve("sibling")));
        int pid = wait(0, way).pid();
        long begin = System.nanoTime();
        await().atMost(PATIENCE).until(() -> {
            assertThat(probe.round(Set.of(pid))).isEmpty();
            return sibling.log().size() >= 2;
        });
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(sibling.log()).as("closed without a byte").containsOnly("empty");
        assertThat(sibling.log().size())
                .as("one a second in the long run, and four at once at most")
                .isLessThanOrEqualTo((int) took.toSeconds() + 4);
    }

    @Test
    void whereNothingCanBeSeenBeingAliveForASecondHasToDo() {
        listenOn("tcp4://127.0.0.1:0", 1);
        probe = keep(new AcceptProbe(new AcceptWaits(directory.resolve("no-proc")), listeners.all()));
        int pid = wait(0, "pause").pid();
        long begin = System.nanoTime();
        awaitReady(Set.of(pid));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    /** As where Yama's ptrace_scope is 2: of a /proc of files only descriptors may be seen. */
    @ParameterizedTest
    @ValueSource(strings = {"unix://", "tcp4://127.0.0.1:0"})
    void whereDescriptorsProveNothingAgeHasToDoUnlessAConnectionCanTell(String address) throws IOException {
        boolean unix = address.startsWith("unix");
        listenOn(unix ? address + directory.resolve("s") : address, 1);
        Path process = Files.createDirectories(directory.resolve("40"));
        Files.writeString(process.resolve("stat"), "40 (x) S 1 40 1 0 -1 4194304 0 0 0 0 5 6 0 0 20 0 1 0 0\n");
        Files.createDirectories(process.resolve("task/40"));
        Files.createDirectories(process.resolve("fd"));
        probe = keep(new AcceptProbe(new AcceptWaits(directory), listeners.all()));
        long begin = System.nanoTime();
        Set<Integer> ready = Set.of();
        while (ready.isEmpty() && System.nanoTime() - begin < (unix ? PATIENCE : Duration.ofSeconds(3)).toNanos()) {
            ready = probe.round(Set.of(40));
        }
        assertThat(ready).isEqualTo(unix ? Set.of(40) : Set.of());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void withNoWorkerStartingItHoldsNothing() {
        listenOn("tcp4://127.0.0.1:0", 1);
        probe.round(Set.of(wait(0, "pause").pid()));
        assertThat(probe.isHolding()).isTrue();
        assertThat(probe.round(Set.of())).isEmpty();
        assertThat(probe.isHolding()).isFalse();
    }

    @Test
    void aListenerThatNoWorkerServesIsNotAskedFirstAndNoConnectionIsLeftWaitingThere() {
        listenOn(List.of("http=tcp4://127.0.0.1:0", "admin=tcp4://127.0.0.1:0"), 1);
        int pid = wait(0, "pause").pid();
        Endpoint.Inet http = (Endpoint.Inet) listeners.all().get(0).endpoint();
        Endpoint.Inet admin = (Endpoint.Inet) listeners.all().get(1).endpoint();
        await().atMost(PATIENCE).until(() -> {
            assertThat(probe.round(Set.of(pid))).isEmpty();
            boolean alone = TcpTable.waiting(http).size() == 1;
            assertThat(alone || TcpTable.waiting(admin).isEmpty()).isTrue();
            return TcpTable.waiting(admin).size() == 1;
        });
        probe.close();
        await().until(() -> TcpTable.hasOnlyResets(admin) && TcpTable.hasOnlyResets(http));
    }

    private void awaitReady(Set<Integer> pids) {
        Set<Integer> ready = new HashSet<>();
        await().atMost(PATIENCE).until(() -> {
            Set<Integer> left = new HashSet<>(pids);
            left.removeAll(ready);
            ready.addAll(probe.round(left));
            return ready.equals(pids);
        });
    }

    private void listenOn(String address, int sockets) {
        listenOn(List.of(address), sockets);
    }

    private void listenOn(List<String> addresses, int sockets) {
        listeners = keep(Listeners.open(
                Posix.system(),
                ListenSpec.parseList(addresses),
                new ListenOptions(64, sockets > 1, sockets),
                List.of()));
        probe = keep(new AcceptProbe(listeners.all()));
    }

    private TestChild wait(int slot, String way) {
        TestChild child = keep(TestChild.start(
                Scripts.python("probe/wait.py", way),
                Map.of(),
                new Handoff(listeners.all(), Set.of()).descriptors(slot).toArray(SpawnRequest.Descriptor[]::new)));
        assertThat(child.readLine()).isEqualTo("up");
        return child;
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.push(one);
        return one;
    }
}
