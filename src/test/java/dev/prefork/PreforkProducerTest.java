package dev.prefork;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.Posix;
import dev.prefork.os.SpawnRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command producers that fail, each in its own way, and what they can change. */
class PreforkProducerTest {
    private static final String ANY_PORT = "127.0.0.1:0";

    private final LeakCheck leaks = new LeakCheck();

    @AfterEach
    void nothingIsLeft() {
        leaks.assertNothingLeft();
    }

    private static PreforkBuilder builder() {
        return Prefork.builder().workers(1).serve(listener -> {}).logger((level, line) -> {});
    }

    @Test
    void oneThatThrowsEndsTheMasterWithWhatItThrew() {
        IOException boom = new IOException("boom");
        Prefork prefork = builder()
                .commandProducer(command -> {
                    throw boom;
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isExactlyInstanceOf(CommandProducerException.class)
                .hasCause(boom);
    }

    @Test
    void oneThatReturnsNullHasANameOfItsOwn() {
        Prefork prefork = builder().commandProducer(command -> null).build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(NoCommandException.class);
    }

    @Test
    void oneThatForgetsToStartHasANameOfItsOwn() {
        Prefork prefork = builder().commandProducer(command -> command).build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(CommandNotStartedException.class);
    }

    @Test
    void aChildThatWasStartedBeforeTheFailureIsNotLeftBehind() {
        List<Integer> pids = new ArrayList<>();
        Prefork prefork = builder()
                .commandProducer(command -> {
                    command.run("/bin/sleep", List.of("60")).start();
                    pids.add(command.pid().orElseThrow());
                    throw new IOException("too late");
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(CommandProducerException.class);
        assertThat(pids).hasSize(1).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void norIsOneWhoseProducerThenCallsItNotLaunched() {
        Prefork prefork = builder()
                .recoverThreshold(0)
                .commandProducer(command -> {
                    command.run("/bin/sleep", List.of("60")).start();
                    throw new LaunchFailedException("on second thought", null);
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(NeverReadyException.class);
    }

    @Test
    void norIsOneWhoseProducerRunsOutOfMemory() {
        OutOfMemoryError error = new OutOfMemoryError("simulated");
        Prefork prefork = builder()
                .commandProducer(command -> {
                    command.run("/bin/sleep", List.of("60")).start();
                    throw error;
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isExactlyInstanceOf(CommandProducerException.class)
                .hasCause(error);
    }

    @Test
    void aStartedChildThatIsNotReturnedIsNotLeftBehindEither() {
        Prefork prefork = builder()
                .commandProducer(command -> {
                    command.run("/bin/sleep", List.of("60")).start();
                    return null;
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(NoCommandException.class);
    }

    @Test
    void aProgramThatIsNotThereFailsAtOnce() {
        List<Integer> attempts = new ArrayList<>();
        Prefork prefork = builder()
                .recoverThreshold(2)
                .commandProducer(command -> {
                    attempts.add(command.slot());
                    return command.run("/nonexistent/program", List.of()).start();
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(ProgramNotFoundException.class)
                .hasMessage(
                        "/nonexistent/program does not exist or is not executable, so no child can be started; give the"
                                + " path of a program, PATH is not searched");
        assertThat(attempts).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREFORK_CHILD", "PREFORK_SLOT", "LISTEN_FDS", "NOTIFY_SOCKET", "EINHORN_FD_0"})
    void aVariableOfTheProtocolIsRefused(String name) {
        Prefork prefork = builder()
                .commandProducer(command -> command.variable(name, "7").start())
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(ReservedVariableException.class)
                .hasMessageContaining("the variable " + name + " cannot be set");
    }

    /** With the JDK as the starter, in the master's own process group, and with the JDK as the rival for its exit status. */
    @Test
    void aProcessOfTheProducersOwnIsAdoptedAndEndedWithTheOthers() {
        List<Process> started = new ArrayList<>();
        Prefork prefork = builder()
                .commandProducer(command -> {
                    started.add(new ProcessBuilder("sleep", "600").start());
                    return command.adopt((int) started.get(0).pid());
                })
                .onMasterReady(pids -> {
                    assertThat(pids).containsExactly((int) started.get(0).pid());
                    throw new IOException("enough");
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).hasRootCauseMessage("enough");
        await().until(() -> started.stream().noneMatch(Process::isAlive));
    }

    @Test
    void theEndOfAnAdoptedProcessIsNoticedWhoeverReapsIt() {
        List<Process> started = new ArrayList<>();
        Prefork prefork = builder()
                .recoverThreshold(1)
                .commandProducer(command -> {
                    started.add(new ProcessBuilder("sh", "-c", "read line; exit 3").start());
                    return command.adopt((int) started.get(started.size() - 1).pid());
                })
                .onChildSpawn(
                        pid -> started.get(started.size() - 1).getOutputStream().close())
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(OverRecoveryException.class)
                .message()
                .containsAnyOf("exit code 3", "exit status unknown");
        assertThat(started).hasSize(2);
    }

    @Test
    void environmentAndDescriptorsOfTheCommandMakeAChild(@TempDir Path directory) {
        Path seen = directory.resolve("seen");
        String script = "[ -S /proc/$$/fd/3 ] && echo $PREFORK_CHILD $PREFORK_SLOT $LISTEN_FDS $OWN > " + seen;
        Prefork prefork = builder()
                .recoverThreshold(0)
                .commandProducer(command -> command.adopt(Posix.system()
                        .spawn(new SpawnRequest(
                                "/bin/sh",
                                List.of("sh", "-c", script),
                                command.variable("OWN", "yes").environment().entrySet().stream()
                                        .map(Object::toString)
                                        .toList(),
                                command.descriptors().entrySet().stream()
                                        .map(each -> new SpawnRequest.Descriptor(each.getValue(), each.getKey()))
                                        .toList()))))
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(OverRecoveryException.class)
                .hasMessageContaining("exit code 0");
        assertThat(seen).hasContent("1 0 1 yes");
    }

    @Test
    void whatIsNoChildOfThisProcessIsNotAdopted() {
        int parent = (int) ProcessHandle.current().parent().orElseThrow().pid();
        Prefork prefork = builder()
                .recoverThreshold(0)
                .commandProducer(command -> command.adopt(parent))
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(NeverReadyException.class)
                .hasMessageContaining("pid " + parent + " is not a child of this process");
        assertThat(ProcessHandle.of(parent)).isPresent();
    }

    @Test
    void startingTwiceIsRefused() {
        Prefork prefork = builder()
                .commandProducer(command ->
                        command.run("/bin/sleep", List.of("60")).start().start())
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT))
                .isInstanceOf(CommandProducerException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void theCommandIsThisVeryProgramUntilItIsChanged() {
        List<String> seen = new ArrayList<>();
        Prefork prefork = builder()
                .commandProducer(command -> {
                    seen.add(command.executable());
                    seen.addAll(command.arguments());
                    return null;
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(NoCommandException.class);
        assertThat(seen.get(0)).endsWith("/java");
        assertThat(String.join(" ", seen)).containsIgnoringCase("surefire");
    }
}
