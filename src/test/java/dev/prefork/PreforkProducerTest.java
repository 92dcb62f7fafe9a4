package dev.prefork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
        Prefork prefork = builder()
                .commandProducer(command -> {
                    command.run("/bin/sleep", List.of("60")).start();
                    throw new OutOfMemoryError("simulated");
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(OutOfMemoryError.class);
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
    void anExecutableThatIsNotThereIsTheChildsFailureAndIsTriedAgain() {
        List<Integer> attempts = new ArrayList<>();
        Prefork prefork = builder()
                .recoverThreshold(2)
                .commandProducer(command -> {
                    attempts.add(command.slot());
                    return command.run("/nonexistent/program", List.of()).start();
                })
                .build();

        assertThatThrownBy(() -> prefork.listenAndServe(ANY_PORT)).isInstanceOf(NeverReadyException.class);
        assertThat(attempts).containsExactly(0, 0, 0);
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
