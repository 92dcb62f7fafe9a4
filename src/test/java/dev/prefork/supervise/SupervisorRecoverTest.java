package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SupervisorRecoverTest {

    @Test
    void replacesADeadWorkerAtOnceAndNamesTheOldPid() {
        Bench bench = Bench.allReady(Bench.policy(2)).crash(1);

        assertThat(bench.reports(Report.WorkerStarted.class))
                .contains(new Report.WorkerStarted(1, 102, StartReason.RECOVER, OptionalInt.of(101)));
        assertThat(bench.reaped).containsExactly(101);
        assertThat(bench.finished).isEmpty();
    }

    @Test
    void whatIsLeftOfTheDeadWorkersGroupIsKilledBeforeTheReaping() {
        Bench bench = Bench.allReady(Bench.policy(2));
        bench.supervisor.on(new Event.Ended(101), bench.now);

        assertThat(bench.supervisor.next(bench.now)).contains(new Action.SignalGroup(101, Signal.KILL));
        assertThat(bench.supervisor.next(bench.now)).contains(new Action.Reap(101, true));
    }

    @Test
    void aWorkerWhoseEndIsLearntLateNeitherBecomesReadyNorOverdue() {
        Bench ready = Bench.started(Bench.withReadiness(Bench.policy(1), Readiness.unseen()));
        ready.now += Duration.ofSeconds(2).toNanos();
        ready.end(100, new WaitStatus.Exited(3));
        Bench overdue = Bench.started(Bench.policy(1));
        overdue.now += Duration.ofSeconds(61).toNanos();
        overdue.end(100, new WaitStatus.Exited(3));

        assertThat(ready.reports(Report.WorkerReady.class)).isEmpty();
        assertThat(overdue.reports(Report.WorkerExited.class).get(0).exit().cause())
                .isEqualTo(Exit.Cause.EXIT);
    }

    @Test
    void aMaximumOfZeroDoesNotMakeItSpinOnWhatCannotBeStarted() {
        Policy policy = Bench.withInterval(Bench.policy(1), Duration.ZERO, Duration.ZERO);
        Bench bench = new Bench(Bench.withThreshold(policy, 1000, Duration.ZERO)).refuseSpawns("EAGAIN");
        bench.run();

        assertThat(bench.spawnedSlots).hasSize(2);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(Backoff.STEP.toNanos());
    }

    @Test
    void anIntervalBeyondTheMaximumRaisesTheMaximum() {
        Duration minute = Duration.ofMinutes(1);
        Bench bench = Bench.allReady(Bench.withInterval(Bench.policy(1), minute, Duration.ofSeconds(30)));
        bench.crash(0);

        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(minute.toNanos());
    }

    @Test
    void anExcusedExitIsReplacedAtOnceAndDoesNotCount() {
        Duration minute = Duration.ofMinutes(1);
        Policy policy = Bench.withInterval(Bench.policy(2), minute, minute);
        Bench bench = Bench.started(Bench.withThreshold(policy, 0, minute));
        bench.crashExcused(0).crashExcused(1);

        assertThat(bench.spawnedSlots).containsExactly(0, 1, 0, 1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.snapshot().lastExit()).contains("worker 1 (pid 101): SIGKILL");
        assertThat(bench.reports(Report.WorkerExited.class)).hasSize(2).noneMatch(report -> report.exit()
                .planned());
        bench.crash(0);
        assertThat(bench.reports(Report.ThresholdExceeded.class)).hasSize(1);
    }

    @Test
    void aCleanExitNobodyAskedForCountsLikeACrash() {
        Bench bench = Bench.allReady(Bench.policy(2)).end(100, new WaitStatus.Exited(0));

        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
        assertThat(bench.reports(Report.WorkerExited.class).get(0).exit())
                .isEqualTo(new Exit(new WaitStatus.Exited(0), Exit.Cause.EXIT, false));
        assertThat(bench.snapshot().lastExit()).contains("worker 0 (pid 100): exit code 0");
    }

    @Test
    void cleanExitsThatRepeatAreVisibleUntilTheirSuccessorHasServedForLong() {
        Bench bench = Bench.allReady(Bench.withThreshold(Bench.policy(2), 9, Duration.ofSeconds(60)));
        bench.end(bench.pid(0), new WaitStatus.Exited(0));
        assertThat(bench.snapshot().recovery().inARow()).isEqualTo(1);
        assertThat(bench.snapshot().recovery().repeats()).isFalse();

        bench.tell(new Event.ReadyNotified(bench.pid(0))).end(bench.pid(0), new WaitStatus.Exited(0));
        bench.pass(Duration.ofMillis(100)).tell(new Event.ReadyNotified(bench.pid(0)));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().backingOff()).isFalse();
        assertThat(bench.snapshot().recovery().inARow()).isEqualTo(2);
        assertThat(bench.snapshot().recovery().repeats()).isTrue();
        // Nothing else tells that this is over, and a snapshot is only made when the loop turns.
        assertThat(bench.supervisor.snapshotWait(bench.now))
                .hasValue(Duration.ofSeconds(30).toNanos());

        bench.pass(Duration.ofSeconds(30));
        assertThat(bench.snapshot().recovery().inARow()).isZero();
        assertThat(bench.supervisor.snapshotWait(bench.now).orElseThrow())
                .isLessThanOrEqualTo(Duration.ofSeconds(30).toNanos())
                .isPositive();
    }

    @Test
    void oneMoreThanTheThresholdEndsTheSupervisor() {
        Bench bench = Bench.allReady(Bench.policy(4)).crash(0).crash(1);
        assertThat(bench.snapshot().stopping()).isFalse();
        bench.takeSignals();

        bench.crash(2);
        assertThat(bench.reports(Report.ThresholdExceeded.class))
                .containsExactly(new Report.ThresholdExceeded(3, 2, 60_000_000_000L));
        assertThat(bench.takeSignals())
                .contains(
                        new Action.SignalGroup(104, Signal.TERM),
                        new Action.SignalGroup(105, Signal.TERM),
                        new Action.SignalGroup(103, Signal.TERM));
        for (int pid : new int[] {103, 104, 105}) {
            assertThat(bench.finished).isEmpty();
            bench.end(pid, new WaitStatus.Exited(143));
        }
        assertThat(bench.finished).contains(Outcome.OVER_RECOVERY);
    }

    @Test
    void beforeTheFirstGenerationWasReadyTheOutcomeIsNeverReady() {
        Bench bench = Bench.started(Bench.policy(1));
        bench.end(100, new WaitStatus.Exited(1)).end(101, new WaitStatus.Exited(1));

        assertThat(bench.finished).contains(Outcome.NEVER_READY);
    }

    @Test
    void thresholdZeroStopsAtTheFirstCrash() {
        Policy policy = Bench.withThreshold(Bench.policy(1), 0, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy).crash(0);

        assertThat(bench.finished).contains(Outcome.OVER_RECOVERY);
        assertThat(bench.spawnedSlots).containsExactly(0);
    }

    @Test
    void crashesFurtherApartThanTheWindowGoOnForEver() {
        Policy policy = Bench.withThreshold(Bench.policy(1), 1, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy);
        for (int i = 0; i < 50; i++) {
            bench.crash(0).pass(Duration.ofSeconds(31));
            bench.tell(new Event.ReadyNotified(bench.pid(0))).pass(Duration.ofSeconds(29));
        }

        assertThat(bench.finished).isEmpty();
        assertThat(bench.snapshot().stopping()).isFalse();
    }

    @Test
    void withAWindowOfZeroTheyAddUpForEver() {
        Policy policy = Bench.withThreshold(Bench.policy(1), 1, Duration.ZERO);
        Bench bench = Bench.allReady(policy).crash(0);
        bench.pass(Duration.ofDays(30)).crash(0);

        assertThat(bench.snapshot().recovery().exits()).isEqualTo(2);
        assertThat(bench.snapshot().stopping()).isTrue();
    }

    @Test
    void waitsTheIntervalAndTwiceAsLongAfterTheNextFailureInARow() {
        Policy policy = Bench.withInterval(
                Bench.withThreshold(Bench.policy(1), 10, Duration.ofSeconds(60)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
        Bench bench = Bench.allReady(policy).crash(0);

        assertThat(bench.spawnedSlots).hasSize(1);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(1_000_000_000L);
        assertThat(bench.snapshot().workers().get(0).backoffNanos()).isEqualTo(1_000_000_000L);
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.spawnedSlots).hasSize(2);

        bench.crash(0);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(2_000_000_000L);
        assertThat(bench.reports(Report.RecoveryDelayed.class))
                .containsExactly(
                        new Report.RecoveryDelayed(0, 1, 1_000_000_000L),
                        new Report.RecoveryDelayed(0, 2, 2_000_000_000L));
    }

    @Test
    void aWorkerThatWasReadyLongEnoughEndsTheRow() {
        Policy policy = Bench.withInterval(
                Bench.withThreshold(Bench.policy(1), 10, Duration.ofSeconds(60)),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30));
        Bench bench =
                Bench.allReady(policy).crash(0).pass(Duration.ofSeconds(1)).crash(0);
        bench.pass(Duration.ofSeconds(2)).tell(new Event.ReadyNotified(bench.pid(0)));
        bench.pass(Duration.ofSeconds(30)).crash(0);

        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(1_000_000_000L);
    }

    @Test
    void eachSlotHasItsOwnRow() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 10, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy).crash(0).crash(1);

        assertThat(bench.reports(Report.RecoveryDelayed.class)).isEmpty();
        bench.crash(0);
        assertThat(bench.reports(Report.RecoveryDelayed.class)).hasSize(1);
    }

    @Test
    void aSpawnThatFailsIsAFailureOfThatWorkerOnly() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 3, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy)
                .refuseSpawns("Resource temporarily unavailable")
                .crash(1);

        assertThat(bench.reports(Report.WorkerNotStarted.class))
                .containsExactly(new Report.WorkerNotStarted(1, "Resource temporarily unavailable"));
        assertThat(bench.snapshot().ready()).isEqualTo(1);
        assertThat(bench.snapshot().stopping()).isFalse();
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(2);

        bench.allowSpawns().pass(Duration.ofMillis(100));
        assertThat(bench.pid(1)).isEqualTo(102);
        assertThat(bench.reports(Report.WorkerStarted.class))
                .contains(new Report.WorkerStarted(1, 102, StartReason.RECOVER, OptionalInt.of(101)));
    }

    @Test
    void spawnsThatNeverSucceedEndInNeverReady() {
        Bench bench = new Bench(Bench.policy(2))
                .refuseSpawns("No such file or directory")
                .run();

        assertThat(bench.finished).contains(Outcome.NEVER_READY);
        assertThat(bench.snapshot().lastExit()).contains("worker 0 could not be started: No such file or directory");
    }

    @Test
    void aWorkerThatSaysItStopsIsNoLongerReadyAndIsReplacedWhenItIsGone() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.StoppingNotified(100));

        assertThat(bench.snapshot().ready()).isEqualTo(1);
        assertThat(bench.snapshot().count(WorkerState.STOPPING)).isEqualTo(1);
        assertThat(bench.signals).isEmpty();
        bench.end(100, new WaitStatus.Exited(0));
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
        assertThat(bench.pid(0)).isEqualTo(102);
    }

    @Test
    void aWorkerThatSaysItStopsButDoesNotIsKilledAfterTheGracePeriod() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.StoppingNotified(100));
        bench.pass(Duration.ofSeconds(20));

        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
        bench.end(100, new WaitStatus.Signaled(9, false));
        assertThat(bench.reports(Report.WorkerExited.class).get(0).exit())
                .isEqualTo(new Exit(new WaitStatus.Signaled(9, false), Exit.Cause.KILLED, false));
    }
}
