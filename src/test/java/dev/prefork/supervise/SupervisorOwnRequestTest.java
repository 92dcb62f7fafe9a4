package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Workers ask for their replacement themselves, and some go before they have it. */
class SupervisorOwnRequestTest {
    private static final WaitStatus EXITED = new WaitStatus.Exited(0);

    /** Workers 100 to 102, which have served for a while. */
    private static Bench served() {
        return Bench.allReady(Bench.policy(3)).pass(Recycling.LEAST_SERVICE);
    }

    /** The same, and 103 is the successor of 101. */
    private static Bench replaced() {
        return ask(served(), 101).tell(new Event.ReadyNotified(103)).end(101, EXITED);
    }

    /** Workers 100 and 101, and the standby 102. */
    private static Bench withStandby() {
        Policy p = Bench.policy(2);
        Policy standby =
                new Policy(p.workers().withStandbys(1), p.recovery(), p.starting(), p.stopping(), p.watchdog());
        return Bench.allReady(standby).tell(new Event.ReadyNotified(102));
    }

    private static Bench ask(Bench bench, int pid) {
        return bench.tell(new Event.RecycleAsked(pid, "it asked for that", true));
    }

    private static Exit lastExit(Bench bench) {
        List<Report.WorkerExited> exits = bench.reports(Report.WorkerExited.class);
        return exits.get(exits.size() - 1).exit();
    }

    private static List<StartReason> reasons(Bench bench, int from) {
        return bench.spawns.subList(from, bench.spawns.size()).stream()
                .map(Action.Spawn::reason)
                .toList();
    }

    @Test
    void oneIsHeardAtOnceAndThatIsSaidOnce() {
        Bench bench = ask(ask(served(), 101), 101);

        assertThat(reasons(bench, 3)).containsExactly(StartReason.RECYCLE);
        assertThat(bench.reports(Report.RecycleAsked.class))
                .containsExactly(new Report.RecycleAsked(1, 101, "it asked for that"));
    }

    @Test
    void aSuccessorThatAsksAtOnceWaits() {
        Bench bench = ask(replaced(), 103);
        assertThat(bench.reports(Report.RecycleAsked.class))
                .endsWith(new Report.RecycleAsked(1, 103, "it asked for that, once it has served for 30 s"));
        bench.pass(Recycling.LEAST_SERVICE.minusMillis(1));
        assertThat(bench.spawns).hasSize(4);

        bench.pass(Duration.ofMillis(1));
        assertThat(reasons(bench, 4)).containsExactly(StartReason.RECYCLE);
        assertThat(bench.reports(Report.RecycleAsked.class)).hasSize(2);
    }

    @Test
    void oneThatAsksWhileItBootsIsHeardWhenItIsReady() {
        Bench bench = ask(Bench.started(Bench.policy(1)), 100);
        assertThat(bench.reports(Report.RecycleAsked.class))
                .containsExactly(new Report.RecycleAsked(0, 100, "it asked for that, once it is ready"));
        assertThat(bench.spawns).hasSize(1);

        assertThat(reasons(bench.tell(new Event.ReadyNotified(100)), 1)).containsExactly(StartReason.RECYCLE);
    }

    @Test
    void oneThatIsAlsoTooLargeDoesNotWait() {
        Bench bench = ask(replaced(), 103).tell(new Event.RecycleAsked(103, "it holds 600 MB"));

        assertThat(reasons(bench, 4)).containsExactly(StartReason.RECYCLE);
    }

    @Test
    void oneThatGoesBeforeItsReplacementHasBegunIsReplacedAtOnce() {
        Bench bench = ask(ask(served(), 100), 102).end(102, EXITED);

        assertThat(lastExit(bench).planned()).isTrue();
        assertThat(bench.spawns.get(4)).isEqualTo(new Action.Spawn(2, 2, 0, StartReason.RECYCLE));
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.snapshot().recovery().last()).isEmpty();
        bench.tell(new Event.ReadyNotified(104));
        assertThat(bench.reports(Report.WorkerTookOver.class))
                .containsExactly(new Report.WorkerTookOver(2, 104, OptionalInt.empty()));
        assertThat(bench.crash(2).snapshot().recovery().exits())
                .as("it is a worker like any other")
                .isEqualTo(1);
    }

    @Test
    void oneThatGoesWhileItsReplacementBootsLeavesItsPlaceToThat() {
        Bench bench = ask(served(), 101).end(101, EXITED);
        assertThat(lastExit(bench).planned()).isTrue();
        assertThat(bench.spawns).as("nothing else is started").hasSize(4);
        assertThat(bench.pid(1)).isEqualTo(103);

        bench.tell(new Event.ReadyNotified(103));
        assertThat(bench.snapshot().ready()).isEqualTo(3);
        assertThat(bench.reports(Report.WorkerTookOver.class))
                .containsExactly(new Report.WorkerTookOver(1, 103, OptionalInt.empty()));
        assertThat(bench.takeSignals())
                .as("what else is in its group is not left behind")
                .extracting(Action.SignalGroup::pid)
                .containsOnly(101);
    }

    /** Workers 100 and 101, one start at a time, and 102 that boots as a standby. */
    private static Bench whileAStandbyBoots() {
        Policy p = Bench.withAtOnce(Bench.policy(2), 1);
        Bench bench = Bench.started(
                new Policy(p.workers().withStandbys(1), p.recovery(), p.starting(), p.stopping(), p.watchdog()));
        return bench.tell(new Event.ReadyNotified(100)).tell(new Event.ReadyNotified(101));
    }

    @Test
    void whatIsStartedInItsPlaceDoesNotWaitBehindAStandby() {
        Bench bench = ask(whileAStandbyBoots(), 101).end(101, EXITED);

        assertThat(reasons(bench, 2)).containsExactly(StartReason.STANDBY, StartReason.RECYCLE);
        assertThat(bench.spawns.get(3).place()).isEqualTo(1);
    }

    @Test
    void oneThatMovesIntoThatPlaceIsMissingFromThenOn() {
        Policy p = Bench.withThreshold(Bench.withAtOnce(Bench.policy(2), 1), 5, Duration.ofSeconds(60));
        Bench bench = ask(Bench.allReady(p), 100).crash(1);
        assertThat(reasons(bench, 2))
                .as("what is missing waits for none beside")
                .containsExactly(StartReason.RECYCLE, StartReason.RECOVER);
        bench.tell(new Event.ReadyNotified(103)).end(100, EXITED);
        bench.crash(1).pass(Backoff.STEP);
        assertThat(bench.spawns).as("102 is in place 0, and is waited for").hasSize(4);
        assertThat(reasons(bench.tell(new Event.ReadyNotified(102)), 4)).containsExactly(StartReason.RECOVER);
    }

    @Test
    void aReplacementThatFailsInThatPlaceIsRecoveredAndDoesNotCount() {
        Bench bench = ask(served(), 101).end(101, EXITED).end(103, new WaitStatus.Exited(1));

        assertThat(reasons(bench, 3)).containsExactly(StartReason.RECYCLE, StartReason.RECOVER);
        assertThat(bench.spawns.get(4).place()).isEqualTo(1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void oneThatCrashesOrFailsAfterItHasAskedIsCounted() {
        Bench bench = ask(served(), 101).crash(1);
        assertThat(lastExit(bench).planned()).isFalse();
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
        assertThat(reasons(bench, 3)).containsExactly(StartReason.RECYCLE, StartReason.RECOVER);

        bench = ask(served(), 101).end(101, new WaitStatus.Exited(1));
        assertThat(lastExit(bench).planned()).isFalse();
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
    }

    @Test
    void aSuccessorThatAsksAndGoesAsSoonAsItIsReadyIsInACrashLoop() {
        Bench bench = ask(replaced(), 103).end(103, EXITED);

        assertThat(lastExit(bench).planned()).isFalse();
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
    }

    @Test
    void oneThatOthersWantReplacedHasNoReasonToGo() {
        Bench bench =
                served().tell(new Event.RecycleAsked(101, "it holds 600 MB")).end(101, EXITED);

        assertThat(lastExit(bench).planned()).isFalse();
    }

    @Test
    void inAReloadThePlaceIsFilledAndThenReloaded() {
        Bench bench =
                ask(served().tell(new Event.ReloadAsked(1, "SIGHUP")), 102).end(102, EXITED);
        assertThat(bench.spawns.get(4)).isEqualTo(new Action.Spawn(2, 2, 0, StartReason.RECYCLE));
        bench.tell(new Event.ReadyNotified(103)).tell(new Event.ReadyNotified(104));
        for (int old : List.of(100, 101, 104)) {
            bench.end(old, EXITED).tell(new Event.ReadyNotified(bench.lastPid()));
        }

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().workers())
                .allMatch(worker -> worker.life().version().equals(OptionalInt.of(1)));
    }

    @Test
    void inTheDrainItsPlaceIsFilledTooAndOnceThatIsOverNot() {
        Policy drains = Bench.withStopping(Bench.policy(2), Duration.ofSeconds(5), Duration.ofSeconds(20));
        Bench bench = ask(ask(Bench.allReady(drains).pass(Recycling.LEAST_SERVICE), 100), 101)
                .tell(new Event.StopAsked("SIGTERM", true))
                .end(101, EXITED);
        assertThat(bench.spawns.get(3).place()).isEqualTo(1);

        bench.pass(Duration.ofSeconds(5)).end(100, EXITED);
        assertThat(bench.spawns).hasSize(4);
    }

    @Test
    void oneThatIsNotWantedAnyMoreIsNotReplaced() {
        Policy p = Bench.withLeast(Bench.policy(2), 1);
        Bench bench = Bench.allReady(p).pass(Recycling.LEAST_SERVICE);
        ask(bench, 101).crash(0).tell(new Event.ScaleAsked(-1, "SIGTTOU"));
        int spawned = bench.spawns.size();

        assertThat(bench.end(101, EXITED).spawns).hasSize(spawned);
        assertThat(lastExit(bench).planned()).isTrue();
    }

    @Test
    void aStandbyTakesOverFromOneThatGoes() {
        Bench bench = ask(withStandby().crash(0).pass(Recycling.LEAST_SERVICE), 101);
        assertThat(reasons(bench, 3)).containsExactly(StartReason.STANDBY, StartReason.RECYCLE);
        bench.tell(new Event.ReadyNotified(103)).takeSignals();

        bench.end(101, EXITED);
        assertThat(lastExit(bench).planned()).isTrue();
        assertThat(bench.takenOver).containsExactly(102, 103);
        assertThat(bench.takeSignals())
                .as("the replacement is not needed any more")
                .contains(new Action.SignalGroup(104, Signal.TERM));
    }

    @Test
    void aStandbyThatAsksIsHeardAfterItHasStoodByForLongEnough() {
        Bench bench = ask(withStandby(), 102);
        assertThat(bench.pass(Recycling.LEAST_SERVICE.minusMillis(1)).takeSignals())
                .isEmpty();
        bench.pass(Duration.ofMillis(1));
        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(102);

        assertThat(bench.end(102, EXITED).spawns.get(3).reason()).isEqualTo(StartReason.STANDBY);
    }

    @Test
    void whatAStandbyAsksWhileItBootsIsHeardAfterItHasStoodByForLongEnough() {
        Bench bench = ask(whileAStandbyBoots(), 102).pass(Duration.ofSeconds(20));
        bench.tell(new Event.ReadyNotified(102));
        assertThat(bench.pass(Recycling.LEAST_SERVICE.minusMillis(1)).takeSignals())
                .isEmpty();
        bench.pass(Duration.ofMillis(1));

        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(102);
        assertThat(bench.reports(Report.RecycleAsked.class)).hasSize(1);
    }

    @Test
    void aStandbyThatAsksWhileItBootsAndThenTakesOverIsHeardAfterItHasServedForLongEnough() {
        Bench bench = ask(whileAStandbyBoots(), 102).tell(new Event.ReadyNotified(102));
        bench.pass(Duration.ofSeconds(29)).crash(0).pass(Recycling.LEAST_SERVICE.minusMillis(1));
        assertThat(reasons(bench, 3)).containsExactly(StartReason.STANDBY);
        bench.tell(new Event.ReadyNotified(103)).pass(Duration.ofMillis(1));

        assertThat(bench.takenOver).containsExactly(102, 103);
    }

    @Test
    void aStandbyThatHasAskedAndTakesOverServesForLongEnoughFirst() {
        Bench bench = ask(withStandby(), 102).pass(Duration.ofSeconds(20)).crash(0);
        assertThat(bench.takenOver).containsExactly(102);
        bench.pass(Recycling.LEAST_SERVICE.minusMillis(1));
        assertThat(bench.takeSignals()).noneMatch(signal -> signal.pid() == 102);
        int spawned = bench.spawns.size();

        bench.tell(new Event.ReadyNotified(103)).pass(Duration.ofMillis(1));
        assertThat(bench.takenOver).containsExactly(102, 103);
        assertThat(bench.spawns).hasSize(spawned);
    }

    @Test
    void oneThatTakesOverInTheInstantInWhichItsReplacementIsAskedForIsReplacedInItsTurn() {
        Bench bench = withStandby();
        bench.supervisor.on(new Event.RecycleAsked(102, "it holds 600 MB"), bench.now);
        bench.supervisor.on(new Event.ScaleAsked(1, "SIGTTIN"), bench.now);
        bench.run();

        assertThat(bench.takenOver).containsExactly(102);
        assertThat(reasons(bench, 3)).containsExactly(StartReason.RECYCLE);
        assertThat(bench.takeSignals()).isEmpty();
    }

    @Test
    void aStandbyThatGoesAfterItHasAskedDoesNotDelayTheNext() {
        Bench bench = ask(withStandby(), 102);
        for (int pid = 102; pid < 106; pid++) {
            ask(bench, pid).tell(new Event.ReadyNotified(pid));
            bench.pass(Recycling.LEAST_SERVICE.minusMillis(1)).now += 1_000_000;
            bench.end(pid, EXITED);
        }

        assertThat(bench.reports(Report.RecoveryDelayed.class)).isEmpty();
        assertThat(bench.spawns).hasSize(7);
    }

    @Test
    void anAbandonedStandbyIsNotSaidToBeReplacedAgain() {
        Bench bench = ask(withStandby().pass(Recycling.LEAST_SERVICE), 102);
        bench.pass(Duration.ofSeconds(20)).passAndLookAgain(Termination.KILL_PATIENCE);
        assertThat(bench.reports(Report.WorkerAbandoned.class)).hasSize(1);

        ask(bench, 102).tell(new Event.RecycleAsked(102, "it holds 600 MB"));
        assertThat(bench.reports(Report.RecycleAsked.class)).hasSize(1);
    }
}
