package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisorDrainTest {
    private static final Event TERM = new Event.StopAsked("SIGTERM", true);
    private static final Event INT = new Event.StopAsked("SIGINT", false);
    private static final WaitStatus TERMINATED = new WaitStatus.Exited(143);
    private static final Duration DELAY = Duration.ofSeconds(5);

    private static Policy policy(int workers) {
        return Bench.withStopping(Bench.policy(workers), DELAY, Duration.ofSeconds(20));
    }

    @Test
    void workersServeOnForTheDelayBeforeAnybodyIsRefused() {
        Bench bench = Bench.allReady(policy(2)).tell(TERM);

        assertThat(bench.snapshot().stop()).isEqualTo(StopPhase.UNREADY);
        assertThat(bench.snapshot().stopping()).isTrue();
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().desired()).isEqualTo(2);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(DELAY.toNanos());
        bench.pass(DELAY.minusNanos(1));
        assertThat(bench.acceptingStopped).isFalse();
        assertThat(bench.takeSignals()).isEmpty();

        bench.pass(Duration.ofNanos(1));
        assertThat(bench.acceptingStopped).isTrue();
        assertThat(bench.takeSignals()).hasSize(2);
        assertThat(bench.reports(Report.DrainBegan.class)).containsExactly(new Report.DrainBegan(DELAY.toNanos()));
    }

    @Test
    void intServesOnForNoTime() {
        Bench bench = Bench.allReady(policy(1)).tell(INT);

        assertThat(bench.acceptingStopped).isTrue();
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.TERM));
        assertThat(bench.reports(Report.DrainBegan.class)).isEmpty();
    }

    @Test
    void workersAreStoppedWhenTheQueueIsEmptyAndNotBefore() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.queue = 3;
        bench.tell(TERM);
        assertThat(bench.snapshot().stop()).isEqualTo(StopPhase.EMPTYING);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(Stop.QUEUE_PAUSE.toNanos());
        bench.queue = 1;
        bench.pass(Stop.QUEUE_PAUSE);
        assertThat(bench.takeSignals()).isEmpty();
        assertThat(bench.measurements).isEqualTo(2);

        bench.queue = 0;
        bench.pass(Stop.QUEUE_PAUSE);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.TERM));
        assertThat(bench.reports(Report.QueueEmptied.class))
                .containsExactly(new Report.QueueEmptied(0, 2 * Stop.QUEUE_PAUSE.toNanos()));
    }

    @Test
    void aLookThatTakesLongLeavesTimeForAllElse() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.queueIsMeasured = false;
        bench.tell(TERM);
        assertThat(bench.measurements).isEqualTo(1);
        bench.pass(Duration.ofMillis(30));
        assertThat(bench.measurements).as("not again before there is an answer").isEqualTo(1);

        bench.tell(new Event.QueueMeasured(1));
        assertThat(bench.supervisor.timeLeft(bench.now))
                .as("twice what it took")
                .hasValue(Duration.ofMillis(60).toNanos());
    }

    @Test
    void aSurplusWorkerIsAskedOnce() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.ScaleAsked(-1, "SIGTTOU"));
        bench.pass(Duration.ofSeconds(5)).tell(TERM);

        assertThat(bench.takeSignals())
                .containsExactly(new Action.SignalGroup(101, Signal.TERM), new Action.SignalGroup(100, Signal.TERM));
        bench.pass(Duration.ofSeconds(15));
        assertThat(bench.takeSignals())
                .as("its grace counts from when it was asked")
                .containsExactly(new Action.SignalGroup(101, Signal.KILL));
    }

    @Test
    void aKillForWantOfMemoryIsKeptInMindThoughAStopWasAskedFor() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(TERM).killForMemory(0);

        Exit exit = bench.reports(Report.WorkerExited.class).get(0).exit();
        assertThat(exit.cause()).isEqualTo(Exit.Cause.OOM);
        assertThat(exit.planned()).isTrue();
        assertThat(bench.snapshot().recovery().last()).hasSize(1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void aQueueThatNobodyEmptiesHasHalfTheGraceAndThatIsSaid() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.queue = 7;
        bench.tell(TERM).pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(bench.takeSignals()).isEmpty();
        bench.pass(Duration.ofNanos(1));

        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.TERM));
        assertThat(bench.reports(Report.QueueEmptied.class))
                .containsExactly(
                        new Report.QueueEmptied(7, Duration.ofSeconds(10).toNanos()));
    }

    @Test
    void whoWaitsIsServedByTheWorkerThatIsStarting() {
        Bench bench = Bench.allReady(Bench.policy(1)).crash(0);
        bench.queue = 16;
        bench.tell(TERM).pass(Duration.ofSeconds(3));
        assertThat(bench.snapshot().stop()).isEqualTo(StopPhase.EMPTYING);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));

        bench.queue = 0;
        bench.tell(new Event.ReadyNotified(bench.pid(0))).pass(Stop.QUEUE_PAUSE);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.TERM));
        bench.end(101, TERMINATED);
        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reports(Report.QueueClosed.class)).isEmpty();
    }

    @Test
    void aStartingWorkerIsNotWaitedForWhenNobodyElseWaitsForIt() {
        Bench bench = Bench.allReady(Bench.policy(1)).crash(0);
        bench.takeSignals();

        assertThat(bench.tell(TERM).takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.TERM));
    }

    @Test
    void whoWaitsForAStartingWorkerThatDiesIsSaidToBeLost() {
        Bench bench = Bench.allReady(Bench.policy(1)).crash(0);
        bench.queue = 16;
        bench.tell(TERM).crash(0);

        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reports(Report.QueueClosed.class)).containsExactly(new Report.QueueClosed(16, 16));
    }

    @Test
    void whoGotAcceptedWhileTheWorkersEndedIsToldApartFromWhoDidNot() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.queue = 7;
        bench.tell(TERM).pass(Duration.ofSeconds(10));
        bench.queue = 3;
        bench.end(100, TERMINATED);

        assertThat(bench.reports(Report.QueueClosed.class)).containsExactly(new Report.QueueClosed(7, 3));
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void oneDeadlineHoldsForAllPhases() {
        Bench bench = Bench.allReady(policy(1));
        bench.queue = 7;
        // 5 s of delay and 10 s of a queue that nobody empties leave the worker 10 of its 20 s.
        bench.tell(TERM).pass(DELAY).pass(Duration.ofSeconds(10));
        bench.takeSignals();
        bench.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(bench.takeSignals()).isEmpty();
        bench.pass(Duration.ofNanos(1));

        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
    }

    @Test
    void aSecondAskingKillsInEveryPhase() {
        Bench unready = Bench.allReady(policy(1)).tell(TERM).pass(Stop.DOUBLE).tell(TERM);
        assertThat(unready.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));

        Bench emptying = Bench.allReady(Bench.policy(1));
        emptying.queue = 7;
        emptying.tell(TERM).pass(Stop.DOUBLE).tell(INT);
        assertThat(emptying.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
        emptying.end(100, new WaitStatus.Signaled(9, false));
        assertThat(emptying.finished).contains(Outcome.STOPPED);
    }

    @Test
    void theDeadAreReplacedWhileTheOthersServeOnAndNotAfter() {
        Bench bench = Bench.allReady(policy(2)).tell(TERM).crash(0);
        assertThat(bench.spawnedSlots).containsExactly(0, 1, 0);

        bench.tell(new Event.ReadyNotified(bench.pid(0)));
        bench.queue = 1;
        bench.pass(DELAY).crash(1);
        assertThat(bench.spawnedSlots).hasSize(3);
    }

    @Test
    void tooManyDeathsEndTheDelayButNotTheOutcome() {
        Policy policy = Bench.withThreshold(policy(2), 0, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy).tell(TERM).crash(0);

        assertThat(bench.takeSignals()).contains(new Action.SignalGroup(101, Signal.TERM));
        bench.end(101, TERMINATED);
        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reports(Report.ThresholdExceeded.class)).hasSize(1);
    }

    @Test
    void aPodThatWasNeverReadyIsSentNothingAndStopsAtOnce() {
        Bench bench = Bench.started(policy(2)).tell(TERM);

        assertThat(bench.takeSignals()).hasSize(2);
        assertThat(bench.reports(Report.DrainBegan.class)).isEmpty();
    }

    @Test
    void theDelayEndsEarlyWhenNobodyWillServeAnyMore() {
        Policy policy = Bench.withInterval(policy(1), Duration.ofSeconds(10), Duration.ofSeconds(30));
        Bench bench = Bench.allReady(policy).tell(TERM).crash(0);

        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void giveUpsEmptyTheQueueTooButDoNotServeOn() {
        Policy policy = Bench.withThreshold(policy(2), 0, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy);
        bench.queue = 2;
        bench.crash(0);

        assertThat(bench.acceptingStopped).isTrue();
        assertThat(bench.snapshot().stop()).isEqualTo(StopPhase.EMPTYING);
        bench.queue = 0;
        bench.pass(Stop.QUEUE_PAUSE).end(101, TERMINATED);
        assertThat(bench.finished).contains(Outcome.OVER_RECOVERY);
    }
}
