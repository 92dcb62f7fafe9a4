package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.config.Options;
import dev.prefork.config.Places;
import dev.prefork.config.Settings;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TerminationMessageTest {
    private static final long NOW = 100_000_000_000L;

    @TempDir
    Path directory;

    private Settings settings(String window) {
        return Settings.load(
                Map.of(Options.RECOVER_WINDOW, List.of(window)), List.of(), new Places(directory).sources());
    }

    private static Snapshot snapshot(int exits) {
        return snapshot(exits, Exit.Cause.SIGNAL);
    }

    private static Snapshot snapshot(int exits, Exit.Cause cause) {
        return new Snapshot(
                0,
                List.of(),
                new Snapshot.Startup(true, 2, OptionalLong.empty()),
                StopPhase.ENDING,
                new Snapshot.Recovery(
                        exits,
                        1,
                        List.of(
                                new Snapshot.UnplannedExit(
                                        "worker 1 (pid 12): SIGSEGV", Optional.of(cause), NOW - 1_500_000_000L),
                                new Snapshot.UnplannedExit(
                                        "worker 0 could not be started: EAGAIN",
                                        Optional.empty(),
                                        NOW - 60_000_000_000L))));
    }

    private TerminationMessage of(Outcome outcome, Snapshot snapshot, String window) {
        return TerminationMessage.of(outcome, snapshot, settings(window), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "OOM,raise the memory limit or lower --workers",
        "WATCHDOG,'see the thread dump in the log for where it hung, or raise --watchdog'",
        "START_TIMEOUT,'check the output of the worker, or raise --start-timeout'",
        "EXIT,fix the crash or raise --recover-threshold"
    })
    void theRemedyFitsTheCause(Exit.Cause cause, String remedy) {
        assertThat(of(Outcome.OVER_RECOVERY, snapshot(2, cause), "60s").reason())
                .endsWith("SIGSEGV; " + remedy);
    }

    @ParameterizedTest
    @CsvSource({"server,,0,true", "server,,1,false", "server,none,0,false", ",,0,false"})
    void aPortInUseIsThoughtOfWhereNoCommandWasEverReadyOnAListener(
            String command, String listen, int slots, boolean thought) {
        Snapshot some = snapshot(1, Exit.Cause.EXIT);
        Snapshot snapshot = new Snapshot(
                0,
                List.of(),
                new Snapshot.Startup(false, slots, OptionalLong.empty()),
                StopPhase.ENDING,
                some.recovery());

        String hint = "; if it says that the address is in use, the program binds the port itself, on which Prefork"
                + " listens: let it take the listeners (docs/RECIPES.md) or use --listen none";
        assertThat(TerminationMessage.of(Outcome.NEVER_READY, snapshot, settings(command, listen), NOW)
                        .reason())
                .endsWith("; check the output of the worker" + (thought ? hint : ""));
    }

    @ParameterizedTest
    @CsvSource({"server,,true", "server,none,false", ",,false"})
    void aStartTimeoutNamesTheWayToTheListenersWhereUsingThemCounts(String command, String listen, boolean named) {
        String way = "give it the sockets by --dialect or its own options (docs/RECIPES.md), or use --listen none if it"
                + " binds its own port, ";
        assertThat(TerminationMessage.of(
                                Outcome.OVER_RECOVERY,
                                snapshot(2, Exit.Cause.START_TIMEOUT),
                                settings(command, listen),
                                NOW)
                        .reason())
                .endsWith("; check the output of the worker, " + (named ? way : "") + "or raise --start-timeout");
    }

    private Settings settings(String command, String listen) {
        return Settings.load(
                listen == null ? Map.of() : Map.of(Options.LISTEN, List.of(listen)),
                command == null ? List.of() : List.of(command),
                new Places(directory).sources());
    }

    @Test
    void theFileTellsTheLastExitsToo() throws IOException {
        Path log = Files.createFile(directory.resolve("termination-log"));
        of(Outcome.STOPPED, snapshot(0), "1s").leave(log);

        assertThat(log)
                .hasContent("stopped as asked\n"
                        + "1.5 s earlier: worker 1 (pid 12): SIGSEGV\n"
                        + "60.0 s earlier: worker 0 could not be started: EAGAIN\n");
    }

    @Test
    void atMost4096BytesAreWrittenAndNoCharacterIsCutInTwo() {
        byte[] bytes = new TerminationMessage("x", List.of("ä".repeat(3000))).bytes();

        // "x", the line break, and 2047 times two bytes.
        assertThat(bytes).hasSize(4096);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).endsWith("ää");
        assertThat(new TerminationMessage("xy", List.of("ä".repeat(3000))).bytes())
                .hasSize(4095);
    }

    @Test
    void theReasonNamesTheCountTheLimitTheLastExitAndARemedy() {
        assertThat(of(Outcome.OVER_RECOVERY, snapshot(2), "60s").reason())
                .isEqualTo(
                        "recover threshold exceeded: 2 unexpected worker exits within 60s and the recover threshold is"
                                + " 1; last: worker 1 (pid 12): SIGSEGV; fix the crash or raise --recover-threshold");
        assertThat(of(Outcome.NEVER_READY, snapshot(1), "0").reason())
                .startsWith("the first generation never became ready: 1 unexpected worker exit since the start");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyOutcomeHasOneLine(Outcome outcome) {
        assertThat(of(outcome, snapshot(2), "1s").reason()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void theFileIsOverwrittenWhereItIs() throws IOException {
        Path log = Files.writeString(directory.resolve("termination-log"), "something much longer from before");
        TerminationMessage.of("short").leave(log);

        assertThat(log).hasContent("short\n");
    }

    @Test
    void noFileIsMadeWhereNoneIs() {
        Path log = directory.resolve("termination-log");
        TerminationMessage.of("short").leave(log);

        assertThat(log).doesNotExist();
    }

    @Test
    void aLinkInItsPlaceIsNotFollowed() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "precious");
        Path log = Files.createSymbolicLink(directory.resolve("termination-log"), precious);
        TerminationMessage.of("short").leave(log);

        assertThat(precious).hasContent("precious");
        assertThat(log).isSymbolicLink();
    }

    @Test
    void aPipeInItsPlaceIsNotWaitedFor() throws Exception {
        Path log = directory.resolve("termination-log");
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                .isZero();

        assertThat(CompletableFuture.runAsync(
                        () -> TerminationMessage.of("short").leave(log)))
                .succeedsWithin(Duration.ofMinutes(1));
    }

    @Test
    void aDirectoryInItsPlaceIsNoReasonToFail() throws IOException {
        Path log = Files.createDirectory(directory.resolve("termination-log"));
        TerminationMessage.of("short").leave(log);

        assertThat(log).isEmptyDirectory();
    }
}
