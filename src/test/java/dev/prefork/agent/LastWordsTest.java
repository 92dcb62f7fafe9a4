package dev.prefork.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Outcome;
import dev.prefork.supervise.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LastWordsTest {
    @TempDir
    Path directory;

    private Settings settings(String window) {
        return Settings.load(
                Map.of(Setting.RECOVER_WINDOW, List.of(window)), List.of(), new Places(directory).sources());
    }

    private static Snapshot snapshot(int exits) {
        return new Snapshot(0, List.of(), true, true, exits, 1, Optional.of("worker 1 (pid 12): SIGSEGV"));
    }

    @Test
    void theReasonNamesTheCountTheLimitTheLastExitAndARemedy() {
        assertThat(LastWords.of(Outcome.OVER_RECOVERY, snapshot(2), settings("60s")))
                .isEqualTo("recover threshold exceeded: 2 workers ended unasked within 60s and the recover threshold is"
                        + " 1; last: worker 1 (pid 12): SIGSEGV; mend the crash or raise --recover-threshold");
        assertThat(LastWords.of(Outcome.NEVER_READY, snapshot(1), settings("0")))
                .startsWith("the first generation never became ready: 1 worker ended unasked since the start");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyOutcomeHasOneLine(Outcome outcome) {
        assertThat(LastWords.of(outcome, snapshot(2), settings("1s")))
                .isNotBlank()
                .doesNotContain("\n");
    }

    @Test
    void theFileIsOverwrittenWhereItIs() throws IOException {
        Path log = Files.writeString(directory.resolve("termination-log"), "something much longer from before");
        LastWords.leave("short", log);

        assertThat(log).hasContent("short\n");
    }

    @Test
    void noFileIsMadeWhereNoneIs() {
        Path log = directory.resolve("termination-log");
        LastWords.leave("short", log);

        assertThat(log).doesNotExist();
    }

    @Test
    void aDirectoryInItsPlaceIsNoReasonToFail() throws IOException {
        Path log = Files.createDirectory(directory.resolve("termination-log"));
        LastWords.leave("short", log);

        assertThat(log).isEmptyDirectory();
    }
}
