package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SupervisorStopTest {
    private static final WaitStatus TERMINATED = new WaitStatus.Exited(143);

    @Test
    void oneThatSaysThatItStopsInTheInstantOfAHurriedStopIsPlanned() {
        Bench bench =
                Bench.allReady(Bench.withStopping(Bench.policy(2), Duration.ofSeconds(5), Duration.ofSeconds(20)));
        bench.tell(new Event.StopAsked("SIGTERM", true)).pass(Duration.ofSeconds(2));
        bench.supervisor.on(new Event.StoppingNotified(100), bench.now);
        bench.tell(new Event.StopAsked("SIGTERM", true));
        WaitStatus killed = new WaitStatus.Signaled(Signal.KILL.number(), false);
        bench.end(100, killed);

        assertThat(bench.reports(Report.WorkerExited.class))
                .extracting(Report.WorkerExited::exit)
                .containsExactly(new Exit(killed, Exit.Cause.KILLED, true));
    }

    @Test
    void asksEveryWorkerWaitsForThemAndFinishesWithTheLast() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.StopAsked("SIGTERM", true));

        assertThat(bench.takeSignals())
                .containsExactly(new Action.SignalGroup(100, Signal.TERM), new Action.SignalGroup(101, Signal.TERM));
        assertThat(bench.snapshot().stopping()).isTrue();
        assertThat(bench.snapshot().desired()).isZero();

        bench.pass(Duration.ofSeconds(3)).end(100, TERMINATED);
        assertThat(bench.finished).isEmpty();
        bench.end(101, new WaitStatus.Signaled(15, false));
        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reports(Report.WorkerExited.class))
                .allMatch(exited -> exited.exit().planned() && exited.stopNanos() == 3_000_000_000L);
        assertThat(bench.spawnedSlots).hasSize(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void everyPlannedStopIsAskedForByTheSignalOfTheCommand() {
        Policy policy = Bench.withStopSignal(Bench.policy(2), Signal.QUIT);
        Bench bench = Bench.allReady(
                Bench.withWatchdog(policy, new Policy.Watchdog(Duration.ofSeconds(5), false, OptionalInt.empty())));
        bench.tell(new Event.WatchdogNotified(100)).tell(new Event.WatchdogNotified(101));
        bench.passAndLookAgain(Duration.ofSeconds(5));
        assertThat(bench.takeSignals())
                .containsExactly(new Action.SignalGroup(100, Signal.QUIT), new Action.SignalGroup(101, Signal.QUIT));

        bench = Bench.allReady(policy).tell(new Event.ScaleSet(1, "test"));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.QUIT));
        bench.end(101, new WaitStatus.Signaled(Signal.QUIT.number(), true));
        bench.tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.QUIT));
        bench.end(100, new WaitStatus.Exited(128 + Signal.QUIT.number()));

        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reports(Report.WorkerExited.class)).hasSize(2).allMatch(exited -> exited.exit()
                .planned());
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void killsWhoeverIsLeftWhenTheGracePeriodIsOver() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.StopAsked("SIGTERM", true));
        bench.takeSignals();
        bench.end(100, TERMINATED);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(20_000_000_000L);

        bench.pass(Duration.ofSeconds(20).minusNanos(1));
        assertThat(bench.takeSignals()).isEmpty();
        bench.pass(Duration.ofNanos(1));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.KILL));

        bench.end(101, new WaitStatus.Signaled(9, false));
        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reports(Report.WorkerExited.class).get(1).exit().cause())
                .isEqualTo(Exit.Cause.KILLED);
    }

    @Test
    void aSecondAskingKillsAtOnce() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.StopAsked("SIGTERM", true));
        bench.takeSignals();
        bench.pass(Stop.DOUBLE).tell(new Event.StopAsked("SIGINT", true));

        assertThat(bench.takeSignals())
                .containsExactly(new Action.SignalGroup(100, Signal.KILL), new Action.SignalGroup(101, Signal.KILL));
        bench.tell(new Event.StopAsked("SIGINT", true));
        assertThat(bench.takeSignals()).isEmpty();
    }

    @Test
    void anAskingThatIsDoubledAtOnceIsOne() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        bench.takeSignals();
        bench.tell(new Event.StopAsked("SIGTERM", true));
        bench.pass(Stop.DOUBLE.minusNanos(1)).tell(new Event.StopAsked("SIGINT", false));
        assertThat(bench.takeSignals()).isEmpty();

        bench.pass(Duration.ofNanos(1)).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
    }

    @Test
    void aDoubleThatIsReadLateIsOneAllTheSame() {
        Bench bench = Bench.allReady(Bench.policy(1));
        OptionalLong at = OptionalLong.of(bench.now);
        bench.tell(new Event.StopAsked("SIGTERM", true, at)).takeSignals();

        bench.pass(Duration.ofSeconds(2)).tell(new Event.StopAsked("SIGINT", false, at));

        assertThat(bench.takeSignals()).isEmpty();
    }

    @Test
    void theFirstAskingDoesNotHurryAStopThatBeganByItself() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 0, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy).crash(0);
        bench.takeSignals();

        bench.tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.takeSignals()).isEmpty();
        bench.pass(Stop.DOUBLE).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.KILL));
        bench.end(101, new WaitStatus.Signaled(9, false));
        assertThat(bench.finished).contains(Outcome.OVER_RECOVERY);
    }

    @Test
    void interruptsTheWaitBeforeARespawn() {
        Policy policy = Bench.withInterval(Bench.policy(1), Duration.ofSeconds(25), Duration.ofSeconds(30));
        Bench bench = Bench.allReady(policy).crash(0).tell(new Event.StopAsked("SIGTERM", true));

        assertThat(bench.finished).contains(Outcome.STOPPED);
        bench.pass(Duration.ofMinutes(5));
        assertThat(bench.spawnedSlots).hasSize(1);
    }

    @Test
    void interruptsAStart() {
        Bench bench = Bench.started(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.TERM));
        bench.tell(new Event.ReadyNotified(100));

        assertThat(bench.snapshot().count(WorkerState.STOPPING)).isEqualTo(1);
        bench.end(100, TERMINATED);
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void finishIsSaidOnce() {
        Bench bench = Bench.allReady(Bench.policy(1))
                .tell(new Event.StopAsked("SIGTERM", true))
                .end(100, TERMINATED);

        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.supervisor.next(bench.now)).isEmpty();
    }

    @Test
    void theRestOfAGroupKeepsItsGraceWhenTheLeaderHasGoneFirst() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        bench.takeSignals();
        bench.endLeavingGroup(100, TERMINATED);

        assertThat(bench.finished).isEmpty();
        assertThat(bench.takeSignals()).isEmpty();
        assertThat(bench.supervisor.leaderlessGroups()).containsExactly(100);
        assertThat(bench.supervisor.isWorker(100)).isFalse();

        bench.pass(Duration.ofSeconds(5)).tell(new Event.GroupGone(100));
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void theRestOfAGroupIsKilledWhenItsGraceIsOver() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        bench.endLeavingGroup(100, TERMINATED);
        bench.takeSignals();
        bench.pass(Duration.ofSeconds(20));

        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
        bench.tell(new Event.GroupGone(100));
        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.reaped).containsExactly(100);
    }

    @Test
    void whatAStoppedWorkerLeftInItsSessionIsAskedOnceAndNotBeforeItsEnd() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.sessionsAsked).isEmpty();

        bench.endLeavingGroup(100, TERMINATED).pass(Duration.ofSeconds(1));

        assertThat(bench.sessionsAsked).containsExactly(100);
    }

    @Test
    void whatWasKilledWithItsWorkerIsNotAskedAnyMore() {
        Bench late = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        late.pass(Duration.ofSeconds(20)).endLeavingGroup(100, TERMINATED);
        Bench unplanned = Bench.allReady(Bench.policy(1)).endLeavingGroup(100, TERMINATED);

        assertThat(late.sessionsAsked).isEmpty();
        assertThat(unplanned.sessionsAsked).isEmpty();
        assertThat(unplanned.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
    }

    @Test
    void aProcessThatEvenSigkillCannotEndIsAbandoned() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        bench.pass(Duration.ofSeconds(20));
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(Termination.KILL_PATIENCE.toNanos());
        bench.passAndLookAgain(Termination.KILL_PATIENCE);

        assertThat(bench.reports(Report.WorkerAbandoned.class))
                .containsExactly(new Report.WorkerAbandoned(0, 100, false));
        assertThat(bench.finished).contains(Outcome.NOT_ENDED);
    }

    @Test
    void aMasterThatWasHeldUpHearsOfADeathBeforeItGivesUp() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StopAsked("SIGTERM", true));
        bench.pass(Duration.ofSeconds(20));
        bench.pass(Termination.KILL_PATIENCE.multipliedBy(2));
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(SecondLook.PAUSE.toNanos());

        bench.end(100, new WaitStatus.Signaled(9, false));

        assertThat(bench.reports(Report.WorkerAbandoned.class)).isEmpty();
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void aWorkerThatWasStoppingByItselfGetsTheWholeGraceFromItsTerm() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.StoppingNotified(100));
        bench.pass(Duration.ofSeconds(19)).tell(new Event.StopAsked("SIGTERM", true));
        bench.takeSignals();

        bench.pass(Duration.ofSeconds(19));
        assertThat(bench.takeSignals()).isEmpty();
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
    }

    @Test
    void theExitsThatBeganAStopAreStillToldWhenTheirWindowHasPassed() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 0, Duration.ofSeconds(5));
        Bench bench = Bench.allReady(policy).crash(0).pass(Duration.ofSeconds(10));
        bench.end(101, TERMINATED);

        assertThat(bench.finished).contains(Outcome.OVER_RECOVERY);
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
    }

    @Test
    void aFailureOfAHookStopsTheOthersAndIsTheOutcome() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.Failed("OnChildSpawn: no"));
        bench.end(100, TERMINATED).end(101, TERMINATED);

        assertThat(bench.finished).contains(Outcome.FAILED);
        assertThat(bench.reports(Report.StopBegan.class))
                .containsExactly(new Report.StopBegan("OnChildSpawn: no", Outcome.FAILED, 2));
    }

    @Test
    void anInternalErrorEndsTheDrainDelayOfAStopInCourseAndIsItsOutcome() {
        Policy policy = Bench.withStopping(Bench.policy(2), Duration.ofSeconds(60), Duration.ofSeconds(20));
        Bench bench = Bench.allReady(policy).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.takeSignals()).as("workers keep serving").isEmpty();

        bench.tell(new Event.Failed("an internal error"));
        assertThat(bench.takeSignals())
                .containsExactly(new Action.SignalGroup(100, Signal.TERM), new Action.SignalGroup(101, Signal.TERM));
        bench.end(100, TERMINATED).end(101, TERMINATED);

        assertThat(bench.finished).contains(Outcome.FAILED);
        assertThat(bench.reports(Report.StopBegan.class)).hasSize(1);
    }

    @Test
    void aGracePeriodOfZeroKillsAtOnce() {
        Policy policy = Bench.withStopping(Bench.policy(1), Duration.ZERO, Duration.ZERO);
        Bench bench = Bench.allReady(policy).tell(new Event.StopAsked("SIGTERM", true));

        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::signal).contains(Signal.KILL);
    }
}
