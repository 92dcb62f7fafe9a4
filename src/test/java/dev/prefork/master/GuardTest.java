package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Handoff;
import dev.prefork.handoff.Variables;
import dev.prefork.it.Proc;
import dev.prefork.log.Entry;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guardian process and the pipes of workers, in a process that lives on; see MasterKilledIT for one that does not. */
class GuardTest {
    private static final Path ROOT = Path.of("/");

    private final Posix posix = Posix.system();
    private final List<String> lines = new ArrayList<>();

    @Test
    void theGuardianRunsFromTheStartAndIsGoneAtTheEnd() {
        long guardian;
        try (Guard guard = guarded(posix)) {
            guardian = guardian(guard);
            assertThat(Proc.isAlive(guardian)).isTrue();
        }
        assertThat(Proc.state(guardian)).as("reaped").isEmpty();
        assertThat(lines).isEmpty();
    }

    @Test
    void anotherTakesThePlaceOfOneThatWasEndedAsLongAsTheyStay() {
        try (Guard guard = guarded(posix)) {
            for (int death = 1; death <= 3; death++) {
                int ended = (int) guardian(guard);
                posix.kill(ended, Signal.KILL);
                posix.reapWaiting(ended);
                guard.ended();
                assertThat(guard.owns(ended)).isFalse();
                assertThat(lines).hasSize(death).last().asString().contains("guardian process (pid " + ended + ")");
            }
            // Three in a row that did not stay, unless this machine was so slow that they did.
            assertThat(lines.get(0)).endsWith("was ended by another process; starting another");
        }
    }

    @Test
    void oneThatNeverStaysIsDoneWithout() {
        Posix ending = PosixWith.call("spawn", (arguments, real) -> {
            SpawnRequest request = (SpawnRequest) arguments.get(0);
            return posix.spawn(new SpawnRequest("/bin/false", List.of("false"), List.of(), request.descriptors()));
        });
        try (Guard guard = guarded(ending)) {
            for (int death = 1; death <= 3; death++) {
                int ended = (int) guardian(guard);
                posix.reapWaiting(ended);
                guard.ended();
            }
            assertThat(lines).hasSize(3).last().asString().contains("does not stay, so if the master is killed");
            assertThat(guard.owns(-1)).isFalse();
        }
    }

    @Test
    void withoutAShellThereIsNoneAndNoWordOfIt(@TempDir Path empty) {
        try (Guard guard = Guard.guarded(posix, empty, this::log);
                Tether tether = guard.tether()) {
            assertThat(Proc.children(posix.getpid())).noneMatch(Proc::isGuardian);
            assertThat(tether.last()).as("the kernel does it alone").isPresent();
            assertThat(lines).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5.5.19-generic,is Linux 5.5.19-generic",
        "4.18.0-553.el8_10.x86_64,is Linux 4.18.0",
        "what,has no known"
    })
    void whereTheExitOfOneWorkerWouldSignalAllOthersTheLifelineIsAloneAndThatIsSaidOnce(
            String release, String said, @TempDir Path root) throws IOException {
        release(root, release);
        try (Guard guard = Guard.of(posix, root, this::log)) {
            for (int i = 0; i < 2; i++) {
                try (Tether tether = guard.tether()) {
                    assertThat(tether.last()).isEmpty();
                }
            }
            assertThat(lines).singleElement().asString().startsWith("this kernel " + said);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.6.0", "5.10.0-8-amd64", "6.1.0+", "10.0"})
    void aLaterKernelBindsThem(String release, @TempDir Path root) throws IOException {
        release(root, release);
        try (Guard guard = Guard.of(posix, root, this::log);
                Tether tether = guard.tether()) {
            assertThat(tether.last()).isPresent();
            assertThat(lines).isEmpty();
        }
    }

    private static void release(Path root, String release) throws IOException {
        Files.writeString(
                Files.createDirectories(root.resolve("proc/sys/kernel")).resolve("osrelease"), release + "\n");
    }

    @Test
    void oneThatCannotBeStartedIsSaid() {
        Posix full = PosixWith.call("spawn", (arguments, real) -> {
            throw new ErrnoException("posix_spawn", Errno.EAGAIN);
        });
        try (Guard guard = guarded(full)) {
            assertThat(lines).singleElement().asString().startsWith("no guardian process can be started (");
            assertThat(guard.owns(-1)).isFalse();
        }
    }

    @Test
    void aWorkerIsStartedAllTheSameWhereTheKernelDoesNotBindItAndThatIsSaidOnce() throws Exception {
        Posix without = PosixWith.call("reopenReadEnd", (arguments, real) -> {
            throw new ErrnoException("open", Errno.ENOENT);
        });
        startsAWorker(without, false);
        lines.clear();
        Posix refusing = PosixWith.call("signalGroupWhenReadable", (arguments, real) -> {
            throw new ErrnoException("fcntl", Errno.EINVAL);
        });
        startsAWorker(refusing, true);
    }

    private void startsAWorker(Posix faulty, boolean given) throws Exception {
        try (NotifySockets notifySockets = NotifySockets.open(posix);
                WorkerProcess process = new WorkerProcess(
                        faulty,
                        new Program("/bin/sleep", List.of("sleep", "600")),
                        new WorkerInheritance(
                                new Handoff(List.of(), Set.of()),
                                Map.of(),
                                notifySockets,
                                Optional.empty(),
                                Optional.empty()),
                        ListenPid.byShell(ROOT),
                        guarded(faulty))) {
            for (int slot = 0; slot < 2; slot++) {
                int worker = process.launch(slot, 0);
                try {
                    // Empty for a moment in the middle of its exec.
                    await().untilAsserted(() -> assertThat(Proc.environment(worker))
                            .containsEntry(Variables.LIFELINE, "3")
                            .satisfies(variables -> assertThat(variables.containsKey(Variables.GUARD))
                                    .isEqualTo(given)));
                    assertThat(Proc.fds(worker)).containsKey(3);
                } finally {
                    posix.killGroup(worker, Signal.KILL);
                    posix.reapWaiting(worker);
                }
            }
            assertThat(lines).singleElement().asString().startsWith("workers cannot be bound to this process (");
        }
    }

    private Guard guarded(Posix any) {
        return Guard.guarded(any, ROOT, this::log);
    }

    private void log(Entry entry) {
        lines.add(entry.text());
    }

    private long guardian(Guard guard) {
        return await().until(
                        () -> Proc.children(posix.getpid()).stream()
                                .filter(child -> guard.owns(child.intValue()))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
