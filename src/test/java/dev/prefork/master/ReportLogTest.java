package dev.prefork.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** At which level each line is, and what it names. */
class ReportLogTest {
    private final List<String> lines = new ArrayList<>();
    private final ReportLog log = new ReportLog((level, line) -> lines.add(level + " " + line), true);

    @Test
    void anAbortedReloadIsAnErrorUnlessAStopIsTheReason() {
        log.on(new Report.RolloutAborted(1, "worker 0 (pid 7) exit code 7", 2, 3));
        log.on(new Report.RolloutAborted(1, "a stop has begun", 2, 3));

        assertThat(lines)
                .containsExactly(
                        "ERROR reload aborted, 2 of 3 workers stay as they were: worker 0 (pid 7) exit code 7",
                        "INFO reload aborted, 2 of 3 workers stay as they were: a stop has begun");
    }

    @Test
    void aTakeoverNamesTheWorkerWhosePlaceItIsIfThereIsOne() {
        log.on(new Report.StandbyTookOver(4, 71, 1, Optional.of(new Report.Predecessor(1, 70))));
        log.on(new Report.StandbyTookOver(5, 72, 2, Optional.empty()));

        assertThat(lines)
                .containsExactly(
                        "INFO worker 4 (pid 71) takes over from worker 1 (pid 70)",
                        "INFO worker 5 (pid 72) takes over: one more is wanted");
    }
}
