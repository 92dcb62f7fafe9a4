package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A worker that even SIGKILL does not end, as in uninterruptible sleep, while no stop is in course. */
class SupervisorAbandonTest {
    private static final WaitStatus KILLED = new WaitStatus.Signaled(9, false);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static Bench outlive(Bench bench) {
        return bench.pass(GRACE).passAndLookAgain(Termination.KILL_PATIENCE);
    }

    private static Bench reloading(Policy policy) {
        return Bench.allReady(policy).tell(new Event.ReloadAsked(1, "SIGHUP"));
    }

    @Test
    void anOldWorkerHoldsUpAReloadNoLonger() {
        Bench bench = reloading(Bench.policy(2)).tell(new Event.ReadyNotified(102));
        assertThat(bench.pass(GRACE).spawns).as("it may be dying").hasSize(3);

        bench.passAndLookAgain(Termination.KILL_PATIENCE);
        assertThat(bench.reports(Report.WorkerAbandoned.class))
                .containsExactly(new Report.WorkerAbandoned(0, 100, false));
        assertThat(bench.spawns.get(3)).extracting(Action.Spawn::slot).isEqualTo(1);
        bench.tell(new Event.ReadyNotified(103)).end(101, KILLED);

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().count(WorkerState.STOPPING))
                .as("it is still there")
                .isEqualTo(1);
    }

    @Test
    void onceItEndsItIsReapedAndForgottenAndCountsForNothing() {
        Bench bench = outlive(reloading(Bench.policy(1)).tell(new Event.ReadyNotified(101)));
        bench.end(100, KILLED);

        assertThat(bench.reaped).containsExactly(100);
        assertThat(bench.forgotten).containsExactly(100);
        assertThat(bench.snapshot().workers()).hasSize(1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void whereTheOldOneGoesFirstItsPlaceIsFilledAllTheSame() {
        Policy policy = Bench.withReplacing(
                Bench.policy(2), new Policy.Replacing(0, 1, Duration.ZERO, Optional.empty(), Duration.ZERO));
        Bench bench = outlive(reloading(policy));

        assertThat(bench.spawns.get(2)).isEqualTo(new Action.Spawn(0, 0, 1, StartReason.RELOAD));
        assertThat(bench.snapshot().worker(0).orElseThrow().pid()).hasValue(102);
    }

    @Test
    void aReplacementThatNeitherStartsNorEndsAbortsTheReload() {
        Bench bench = reloading(Bench.policy(2));
        bench.passAndLookAgain(Duration.ofSeconds(60)).passAndLookAgain(Termination.KILL_PATIENCE);

        assertThat(bench.reports(Report.RolloutAborted.class))
                .extracting(Report.RolloutAborted::why)
                .containsExactly("worker 0 (pid 102) survived SIGKILL");
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void aHungWorkerCountsOnceAndIsRecovered() {
        Policy.Watchdog watchdog = new Policy.Watchdog(Duration.ofSeconds(1), false, OptionalInt.empty());
        Bench bench = Bench.allReady(Bench.withWatchdog(Bench.policy(3), watchdog));
        bench.tell(new Event.WatchdogNotified(100));
        bench.passAndLookAgain(Duration.ofSeconds(1)).pass(Watch.LAST_CHANCE);
        bench.passAndLookAgain(Termination.KILL_PATIENCE);
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
        assertThat(bench.snapshot().lastExit()).contains("worker 0 (pid 100) survived SIGKILL");

        bench.end(100, KILLED);
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
        assertThat(bench.spawns).hasSize(4);
    }

    @Test
    void aStopFindsItAgainAndNamesItByItsOutcome() {
        Bench bench = outlive(reloading(Bench.policy(1)).tell(new Event.ReadyNotified(101)));
        bench.pass(Duration.ofMinutes(1))
                .tell(new Event.StopAsked("SIGTERM", true))
                .end(101, KILLED);
        assertThat(bench.finished).as("it may have ended meanwhile").isEmpty();
        bench.pass(SecondLook.PAUSE);

        assertThat(bench.finished).contains(Outcome.NOT_ENDED);
        assertThat(bench.reports(Report.WorkerAbandoned.class)).hasSize(1);
    }
}
