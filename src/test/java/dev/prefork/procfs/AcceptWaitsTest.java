package dev.prefork.procfs;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Handoff;
import dev.prefork.it.command.Scripts;
import dev.prefork.listen.ListenOptions;
import dev.prefork.listen.ListenSpec;
import dev.prefork.listen.Listeners;
import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel shows of real processes; and a /proc of files for what root cannot be refused. */
class AcceptWaitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PID = 40;

    private final Listeners listeners = Listeners.open(
            Posix.system(),
            ListenSpec.parseList(List.of("tcp4://127.0.0.1:0")),
            new ListenOptions(64, false, 1),
            List.of());
    private final Set<Long> inodes =
            Set.of(Sockets.inodeOf(listeners.all().get(0).descriptorFor(0)).orElseThrow());

    @TempDir
    Path proc;

    @AfterEach
    void closeListeners() {
        listeners.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept", "poll", "select", "epoll", "moved"})
    void aThreadThatSleepsUntilAConnectionComesIsSeen(String way) {
        try (TestChild worker = start(way)) {
            AcceptWaits waits = new AcceptWaits(Path.of("/proc"));
            await().atMost(PATIENCE)
                    .until(() ->
                            waits.look(inodes, Set.of(worker.pid())).waiting().contains(worker.pid()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "poll-other,POLL",
        "poll-write,POLL",
        "select-other,SELECT",
        "epoll-no-events,EPOLL",
        "epoll-stale,EPOLL",
        "epoll-inherited,SELECT",
        "pause,OTHER"
    })
    void oneThatSleepsForSomethingElseIsNone(String way, SystemCalls.Kind asleepIn) {
        try (TestChild worker = start(way)) {
            await().atMost(PATIENCE).until(() -> isAsleep(worker.pid(), asleepIn));
            AcceptWaits.Look look = new AcceptWaits(Path.of("/proc")).look(inodes, Set.of(worker.pid()));

            assertThat(look.waiting()).isEmpty();
            assertThat(look.hidden()).isEmpty();
            assertThat(look.visible()).containsExactly(worker.pid());
        }
    }

    @Test
    void whereSystemCallsAreUnknownAnEpollSetHasToDo() {
        try (TestChild worker = start("epoll")) {
            AcceptWaits waits = new AcceptWaits(Path.of("/proc"), SystemCalls.of("riscv64"));
            await().atMost(PATIENCE)
                    .until(() ->
                            waits.look(inodes, Set.of(worker.pid())).waiting().contains(worker.pid()));
        }
    }

    @ParameterizedTest
    @CsvSource({"tfd: 5 events: 19 data: 5,true", "tfd: 6 events: 19 data: 6,false", "tfd: 5 events: 18 data: 5,false"})
    void withoutAnInodeTheDescriptorsNumberHasToDo(String member, boolean waits) throws IOException {
        process("281 0x4 0x0 0x0 0x0 0x0 0x0 0x7ffe 0x7f00");
        Files.createSymbolicLink(proc.resolve("40/fd/5"), Path.of("socket:[77]"));
        Files.createDirectories(proc.resolve("40/fdinfo"));
        Files.writeString(proc.resolve("40/fdinfo/4"), "pos: 0\nflags: 02\n" + member + "\n");

        assertThat(look().waiting()).isEqualTo(waits ? Set.of(PID) : Set.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "-1 0x7ffe 0x7f00", "43 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffe 0x7f00", ""})
    void aThreadThatRunsOrIsElsewhereProvesNothing(String call) throws IOException {
        process(call);
        Files.createSymbolicLink(proc.resolve("40/fd/5"), Path.of("pipe:[77]"));

        assertThat(look()).isEqualTo(new AcceptWaits.Look(Set.of(), Set.of(PID), Set.of(), Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7 0x7fff0000 0x2", "270 0x8 0x7fff0000"})
    void memoryThatCannotBeReadProvesNothing(String call) throws IOException {
        process(call + " 0x0 0x0 0x0 0x0 0x7ffe 0x7f00");

        assertThat(look().waiting()).isEmpty();
    }

    @Test
    void aProcessOfWhichNothingMayBeSeenIsHidden() throws IOException {
        process("running");
        Files.delete(proc.resolve("40/task/40/syscall"));
        Files.delete(proc.resolve("40/fd"));
        Files.createFile(proc.resolve("40/fd")); // no directory: it cannot be listed, like one of others

        assertThat(look().hidden()).containsExactly(PID);
    }

    /** As where Yama's ptrace_scope is 2. */
    @ParameterizedTest
    @CsvSource({"anon_inode:[eventpoll],true", "socket:[77],false"})
    void whereOnlyDescriptorsMayBeSeenAnEpollSetHasToDoAndNothingElseProves(String held, boolean waits)
            throws IOException {
        process("running");
        Files.delete(proc.resolve("40/task/40/syscall"));
        Files.createSymbolicLink(proc.resolve("40/fd/4"), Path.of(held));
        Files.createDirectories(proc.resolve("40/fdinfo"));
        Files.writeString(proc.resolve("40/fdinfo/4"), "tfd: 5 events: 19 data: 5 pos:0 ino:4d sdev:8\n");

        Set<Integer> itself = Set.of(PID);
        assertThat(look())
                .isEqualTo(
                        new AcceptWaits.Look(waits ? itself : Set.of(), itself, Set.of(), waits ? Set.of() : itself));
    }

    @Test
    void anArchitectureThatIsNotKnownHasNoNumbers() {
        assertThat(SystemCalls.of("aarch64").kind(202)).isEqualTo(SystemCalls.Kind.ACCEPT);
        assertThat(SystemCalls.of("amd64").kind(202)).isEqualTo(SystemCalls.Kind.OTHER);
        assertThat(SystemCalls.of("s390x").isKnown()).isFalse();
    }

    @Test
    void onlySocketsHaveAnInodeHere() {
        assertThat(Sockets.inode("socket:[12]")).isEqualTo(OptionalLong.of(12));
        assertThat(Sockets.inode("pipe:[12]")).isEmpty();
        assertThat(Sockets.inodeOf(-1)).isEmpty();
    }

    private AcceptWaits.Look look() {
        return new AcceptWaits(proc, SystemCalls.of("amd64")).look(Set.of(77L), Set.of(PID));
    }

    private void process(String call) throws IOException {
        Files.createDirectories(proc.resolve("40/task/40"));
        Files.createDirectories(proc.resolve("40/fd"));
        Files.writeString(proc.resolve("40/stat"), "40 (x) S 1 40 1 0 -1 4194304 0 0 0 0 5 6 0 0 20 0 1 0 0\n");
        Files.writeString(proc.resolve("40/task/40/syscall"), call + "\n");
    }

    /** Whether some process of the group is, and so has come as far as it ever will. */
    private static boolean isAsleep(int group, SystemCalls.Kind kind) {
        SystemCalls calls = SystemCalls.of(System.getProperty("os.arch"));
        return new ProcessTree(Path.of("/proc"))
                .members(Set.of(group)).keySet().stream()
                        .map(pid -> ProcFiles.read(Path.of("/proc/" + pid + "/syscall"))
                                .orElse("-1"))
                        .map(call -> call.strip().split(" ")[0])
                        .filter(number -> number.matches("\\d+"))
                        .anyMatch(number -> calls.kind(Integer.parseInt(number)) == kind);
    }

    private TestChild start(String way) {
        TestChild child = TestChild.start(
                Scripts.python("probe/wait.py", way),
                Map.of(),
                new Handoff(listeners.all(), Set.of()).descriptors(0).toArray(SpawnRequest.Descriptor[]::new));
        assertThat(child.readLine()).isEqualTo("up");
        return child;
    }
}
