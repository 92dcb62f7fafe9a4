package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdks;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.Processes;
import dev.prefork.it.builtin.StandbyMaster.Worker;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Planned changes with a standby at hand: more workers, a recycling, a reload. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StandbyReplacementIT {
    @RegisterExtension
    final Processes processes = new Processes();

    private StandbyMaster start(String... options) {
        return StandbyMaster.start(processes, Jdks.running(), options);
    }

    @Test
    void itIsTheNextWorkerWhenOneMoreIsWanted() throws IOException {
        StandbyMaster standbys = start("--workers", "1", "--recover-threshold", "0");
        Worker standby = standbys.standby(1);

        standbys.master().process().signal("TTIN");

        standbys.awaitLine(standby + " takes over: one more is wanted");
        standbys.awaitAnswerOf(standby, Set.of());
        Worker next = standbys.standby(2);
        assertThat(next.number()).isEqualTo(2);
        standbys.awaitMetric("prefork_workers{state=\"ready\"}", 2);
        standbys.master().process().signal("TTOU");
        standbys.awaitLine(standby + " stopping: scaling down");
        standbys.awaitMetric("prefork_workers{state=\"ready\"}", 1);
        standbys.awaitMetric("prefork_workers{state=\"standby\"}", 1);
        assertThat(standbys.lines("could not be started|restarts in")).isEmpty();
        standbys.assertNothingCounted();
        standbys.stop();
    }

    @Test
    void itReplacesAWorkerThatIsOldAndNoRequestIsLost() throws IOException {
        StandbyMaster standbys = start(
                "--workers", "1", "--recover-threshold", "0", "--max-lifetime", "20s", "--max-lifetime-jitter", "0s");
        Worker old = standbys.first(1).get(0);
        Worker standby = standbys.standby(1);
        try (KeepAliveLoad load =
                KeepAliveLoad.start(standbys.master().port(), "/", 4).awaitAnswers(100)) {
            standbys.awaitLine(standby + " takes over from " + old);
            standbys.awaitLine(old + " stopping: replaced by pid " + standby.pid());
            standbys.awaitLine(old + " stopped after ");
            standbys.standby(2);
            LoadResult result = load.awaitAnswers(load.soFar().answered() + 100).stop();
            assertThat(result.failures()).isEmpty();
            assertThat(result.refused()).isZero();
        }
        assertThat(standbys.lines("started to replace")).isEmpty();
        assertThat(standbys.master().metric("prefork_worker_exits_total{cause=\"exit\",planned=\"true\"}"))
                .isPositive();
        standbys.assertNothingCounted();
        standbys.stop();
    }

    @Test
    void aReloadReplacesItAfterAllThatServe() throws IOException {
        StandbyMaster standbys = start("--workers", "1", "--recover-threshold", "1");
        Worker old = standbys.first(1).get(0);
        Worker standby = standbys.standby(1);

        standbys.master().process().signal("HUP");

        assertThat(standbys.master().awaitReload(1)).contains("reload completed: 1 worker in ");
        standbys.awaitLine(old + " stopped after ");
        standbys.awaitLine(standby + " stopping: standby of an earlier version");
        Worker next = standbys.standby(2);
        assertThat(next.pid()).isNotEqualTo(standby.pid());
        assertThat(standbys.lines("takes over")).isEmpty();
        standbys.assertNothingCounted();

        Worker serving = standbys.first(2).stream()
                .filter(worker -> worker.pid() != old.pid())
                .findFirst()
                .orElseThrow();
        standbys.kill(serving);
        standbys.awaitLine(next + " takes over from " + serving);
        standbys.awaitAnswerOf(next, Set.of(standby.pid()));
        await().atMost(PATIENCE).until(() -> standbys.standbys() == 3);
        standbys.stop();
    }
}
