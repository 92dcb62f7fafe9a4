package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Workers that are booted and wait until one that serves is missing. */
class SupervisorStandbyTest {
    private static final WaitStatus EXITED = new WaitStatus.Exited(1);
    private static final int SEAT = 1 << 21;

    private static Policy policy(int workers, int standbys) {
        Policy p = Bench.withThreshold(Bench.policy(workers), 5, Duration.ofSeconds(60));
        return new Policy(p.workers().withStandbys(standbys), p.recovery(), p.starting(), p.stopping(), p.watchdog());
    }

    /** Two workers, 100 and 101, and a standby, 102. */
    private static Bench warm() {
        return ready(Bench.allReady(policy(2, 1)), 102);
    }

    private static Bench ready(Bench bench, int pid) {
        return bench.tell(new Event.ReadyNotified(pid));
    }

    private static List<Integer> asked(Bench bench) {
        return bench.takeSignals().stream()
                .filter(signal -> signal.signal() == Signal.TERM)
                .map(Action.SignalGroup::pid)
                .toList();
    }

    private static Optional<Report.Predecessor> instead(int slot, int pid) {
        return Optional.of(new Report.Predecessor(slot, pid));
    }

    @Test
    void theyStartOneByOneOnceTheFirstWorkersAreReadyAndCountForNothing() {
        Bench bench = Bench.started(policy(2, 2));
        ready(bench, 100);
        assertThat(bench.spawns).hasSize(2);
        ready(bench, 101);
        assertThat(bench.spawns.subList(2, bench.spawns.size()))
                .containsExactly(new Action.Spawn(SEAT, 2, 0, StartReason.STANDBY));
        assertThat(bench.snapshot().started()).isTrue();

        ready(bench, 102);
        assertThat(bench.reports(Report.StandbyReady.class)).hasSize(1);
        assertThat(bench.reports(Report.WorkerReady.class)).hasSize(2);
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(SEAT + 1, 3, 0, StartReason.STANDBY));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().count(WorkerState.STANDBY)).isEqualTo(1);
        assertThat(bench.snapshot().desired()).isEqualTo(2);
    }

    @Test
    void oneTakesOverInTheStepInWhichAWorkerIsReapedAndTheNextIsBooted() {
        Bench bench = warm().crash(0);

        assertThat(bench.takenOver).containsExactly(102);
        assertThat(bench.reports(Report.StandbyTookOver.class))
                .containsExactly(new Report.StandbyTookOver(2, 102, 0, instead(0, 100)));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().workers().get(0).slot())
                .as("it keeps its number")
                .isEqualTo(2);
        assertThat(bench.snapshot().recovery().exits()).as("the exit counts").isEqualTo(1);
        assertThat(bench.pass(Standbys.REST).spawns.get(3))
                .as("with the least number that no worker has")
                .isEqualTo(new Action.Spawn(SEAT, 3, 0, StartReason.STANDBY));
    }

    @Test
    void nothingIsReportedBetweenADeathAndTheStandby() {
        Bench bench = warm();
        int reported = bench.reports.size();
        bench.crash(0);
        assertThat(bench.reportedBefore).containsExactly(reported);
        assertThat(bench.reports.subList(reported, reported + 2))
                .as("in the order in which it happened")
                .hasExactlyElementsOfTypes(Report.WorkerExited.class, Report.StandbyTookOver.class);
    }

    @Test
    void oneThatEndsInTheSameInstantIsNotToldToServe() {
        Bench bench = warm();
        bench.supervisor.on(new Event.ScaleAsked(1, "SIGTTIN"), bench.now);
        bench.end(102, EXITED);

        assertThat(bench.takenOver).isEmpty();
        assertThat(bench.reports(Report.StandbyTookOver.class)).hasSize(1);
        assertThat(bench.spawns).contains(new Action.Spawn(2, 2, 0, StartReason.RECOVER));
    }

    @Test
    void theNextIsNotBootedWhileItServesItsFirstRequestsAndThatIsNoDelay() {
        Bench bench = warm().crash(0).pass(Standbys.REST.minusMillis(1));
        assertThat(bench.spawns).hasSize(3);
        assertThat(bench.reports(Report.RecoveryDelayed.class)).isEmpty();
        assertThat(bench.snapshot().backingOff()).isFalse();

        assertThat(bench.pass(Duration.ofMillis(1)).spawns).hasSize(4);
    }

    @Test
    void meanwhileAWorkerThatDiesIsStartedAtOnce() {
        Bench bench = warm().crash(0).pass(Duration.ofSeconds(1)).crash(1);

        assertThat(bench.spawns.subList(3, bench.spawns.size()))
                .containsExactly(new Action.Spawn(1, 1, 0, StartReason.RECOVER));
    }

    @Test
    void anotherTakeoverLetsTheNextWaitAnew() {
        Bench bench = ready(ready(Bench.allReady(policy(3, 2)), 103), 104).crash(0);
        assertThat(bench.pass(Duration.ofSeconds(4)).crash(1).takenOver).containsExactly(103, 104);
        assertThat(bench.pass(Standbys.REST.minusMillis(1)).spawns).hasSize(5);
        assertThat(bench.pass(Duration.ofMillis(1)).spawns).hasSize(6);

        assertThat(ready(bench, 105).spawns).as("and the one behind it at once").hasSize(7);
    }

    @Test
    void aCompletedReloadDoesNotShortenThat() {
        Bench bench = ready(Bench.allReady(policy(1, 1)), 101).crash(0).tell(new Event.ReloadAsked(1, "SIGHUP"));
        ready(bench, 102).end(101, EXITED);
        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.pass(Standbys.REST.minusMillis(1)).spawns).hasSize(3);

        assertThat(bench.pass(Duration.ofMillis(1)).spawns.get(3))
                .isEqualTo(new Action.Spawn(SEAT, 2, 1, StartReason.STANDBY));
    }

    @Test
    void theNextWaitsForAsLongAsTheRespawnWouldHave() {
        Duration interval = Standbys.REST.plusSeconds(2);
        Bench bench = ready(Bench.allReady(Bench.withInterval(policy(2, 1), interval, Duration.ofSeconds(30))), 102);
        bench.crash(1);
        assertThat(bench.takenOver).containsExactly(102);
        assertThat(bench.pass(interval.minusMillis(1)).spawns).hasSize(3);
        assertThat(bench.reports(Report.RecoveryDelayed.class))
                .containsExactly(new Report.RecoveryDelayed(3, 1, interval.toNanos()));

        assertThat(bench.pass(Duration.ofMillis(1)).spawns).hasSize(4);
    }

    @Test
    void aRespawnThatWouldHaveComeSoonerDelaysNothing() {
        Duration interval = Standbys.REST.minusSeconds(2);
        Bench bench = ready(Bench.allReady(Bench.withInterval(policy(2, 1), interval, Duration.ofSeconds(30))), 102);
        bench.crash(1).pass(Standbys.REST);

        assertThat(bench.spawns).hasSize(4);
        assertThat(bench.reports(Report.RecoveryDelayed.class)).isEmpty();
    }

    @Test
    void withoutAWarmOneItsPlaceIsFilledAsEver() {
        Bench bench = Bench.allReady(policy(2, 1)).crash(0);

        assertThat(bench.takenOver).isEmpty();
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
    }

    @Test
    void whenOneThatHasTakenOverDiesThePlaceHasItsOwnNumberAgain() {
        Bench bench = warm().crash(0).crash(0).pass(Backoff.STEP);

        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
    }

    @Test
    void aCrashLoopStillEndsByTheThreshold() {
        Bench bench = ready(Bench.allReady(Bench.withThreshold(policy(1, 1), 1, Duration.ofSeconds(60))), 101);
        bench.crash(0);
        assertThat(bench.reports(Report.ThresholdExceeded.class)).isEmpty();
        ready(bench, 102).crash(0);

        assertThat(bench.reports(Report.ThresholdExceeded.class)).hasSize(1);
        assertThat(bench.takenOver).as("a stop has begun").containsExactly(101);
    }

    @Test
    void itsOwnDeathCountsForNothingButTheNextWaits() {
        Bench bench = warm().end(102, EXITED);
        assertThat(bench.spawns).as("once may be bad luck").hasSize(4);
        bench.end(103, EXITED);
        assertThat(bench.reports(Report.RecoveryDelayed.class))
                .containsExactly(new Report.RecoveryDelayed(2, 2, Backoff.STEP.toNanos()));
        bench.pass(Backoff.STEP).end(104, EXITED);

        assertThat(bench.reports(Report.RecoveryDelayed.class)).hasSize(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.snapshot().ready()).isEqualTo(2);
    }

    @Test
    void itIsTheReplacementOfOneThatIsRecycled() {
        Bench bench = warm().tell(new Event.RecycleAsked(100, "it asked for it"));
        assertThat(bench.takenOver).containsExactly(102);
        assertThat(asked(bench)).containsExactly(100);
        assertThat(bench.spawns).as("no more live than surge and standbys").hasSize(3);

        bench.end(100, EXITED).pass(Standbys.REST);
        assertThat(bench.spawns.get(3).reason()).isEqualTo(StartReason.STANDBY);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void itServesAtOnceWhenOneMoreIsWanted() {
        Bench bench = warm().tell(new Event.ScaleAsked(1, "SIGTTIN"));

        assertThat(bench.reports(Report.StandbyTookOver.class))
                .containsExactly(new Report.StandbyTookOver(2, 102, 2, Optional.empty()));
        assertThat(bench.snapshot().ready()).isEqualTo(3);
        bench.tell(new Event.ScaleAsked(1, "SIGTTIN"));
        assertThat(bench.spawns.get(3))
                .as("place 3 cannot have the number of the standby that is to come")
                .isEqualTo(new Action.Spawn(3, 4, 0, StartReason.SCALE));
        assertThat(bench.pass(Standbys.REST).spawns.get(4))
                .isEqualTo(new Action.Spawn(SEAT, 3, 0, StartReason.STANDBY));
    }

    @Test
    void aCompletedReloadEndsThoseOfTheEarlierVersion() {
        Bench bench = warm().tell(new Event.ReloadAsked(1, "SIGHUP"));
        ready(bench, 103).end(100, EXITED);
        assertThat(asked(bench)).containsExactly(100);
        ready(bench, 104).end(101, EXITED);
        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(asked(bench)).containsExactly(101, 102);

        bench.end(102, EXITED);
        assertThat(bench.spawns.get(5)).isEqualTo(new Action.Spawn(SEAT, 2, 1, StartReason.STANDBY));
    }

    /** Three workers, 100 to 102, two of which may be missing, and as many standbys: 103 and 104. */
    private static Bench inPlace() {
        Policy.Replacing replacing = new Policy.Replacing(0, 2, Duration.ZERO, Optional.empty(), Duration.ZERO);
        Policy p = Bench.withReplacing(policy(3, 0), replacing);
        Policy two = new Policy(p.workers().withStandbys(2), p.recovery(), p.starting(), p.stopping(), p.watchdog());
        return ready(ready(Bench.allReady(two), 103), 104);
    }

    @Test
    void inPlaceTheyTakeOverAfterAnAbortFromTheWorkersThatMadeRoom() {
        Bench bench = inPlace().tell(new Event.ReloadAsked(1, "SIGHUP"));
        assertThat(asked(bench)).containsExactly(100, 101);
        bench.end(100, EXITED).end(105, EXITED);
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);
        bench.end(101, EXITED);

        assertThat(bench.reports(Report.StandbyTookOver.class))
                .extracting(Report.StandbyTookOver::place, Report.StandbyTookOver::instead)
                .containsExactly(tuple(0, instead(0, 105)), tuple(1, instead(1, 101)));
    }

    /** One start at a time, so that what is to be started in place 1 waits for the one in place 0. */
    @Test
    void theyTakeThePlaceOfAReplacementThatWaitsForItsStartAndIsNotWantedAnyMore() {
        Policy.Replacing replacing = new Policy.Replacing(0, 2, Duration.ZERO, Optional.empty(), Duration.ZERO);
        Policy p = Bench.withAtOnce(Bench.withReplacing(policy(3, 0), replacing), 1);
        Bench bench = ready(
                Bench.allReady(new Policy(
                        p.workers().withStandbys(1), p.recovery(), p.starting(), p.stopping(), p.watchdog())),
                103);
        bench.tell(new Event.ReloadAsked(1, "SIGHUP")).end(100, EXITED).end(101, EXITED);
        assertThat(bench.spawns).last().isEqualTo(new Action.Spawn(0, 0, 1, StartReason.RELOAD));

        bench.tell(new Event.ReloadAsked(2, "SIGHUP"));

        assertThat(bench.reports(Report.StandbyTookOver.class))
                .containsExactly(new Report.StandbyTookOver(3, 103, 1, instead(1, 101)));
    }

    @Test
    void anAbortedReloadLeavesThemAndTheyTakeOver() {
        Bench bench = warm().tell(new Event.ReloadAsked(1, "SIGHUP")).end(103, EXITED);
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);
        assertThat(bench.snapshot().count(WorkerState.STANDBY)).isEqualTo(1);

        assertThat(bench.crash(1).takenOver).containsExactly(102);
    }

    @Test
    void onlyReadyNotifiedShowsThatItIsBooted() {
        Bench bench = Bench.allReady(policy(2, 1)).tell(new Event.ReadyProbed(102));
        assertThat(bench.snapshot().count(WorkerState.STANDBY)).isZero();

        bench.passAndLookAgain(Duration.ofSeconds(60));
        assertThat(bench.takeSignals()).contains(new Action.SignalGroup(102, Signal.KILL));
    }

    @Test
    void oneThatIsSeenToAcceptIsStoppedAndIsTheLast() {
        Bench bench = Bench.allReady(Bench.withReadiness(policy(2, 2), Readiness.automatic()));
        bench.tell(new Event.ReadyProbed(102)).tell(new Event.ReadyProbed(102));
        assertThat(bench.reports(Report.StandbyAccepts.class)).containsExactly(new Report.StandbyAccepts(2, 102));
        assertThat(asked(bench)).containsExactly(102);

        bench.end(102, EXITED).pass(Duration.ofMinutes(5));
        assertThat(bench.spawns).hasSize(3);
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.crash(0).spawns.get(3).reason()).isEqualTo(StartReason.RECOVER);
    }

    @Test
    void theOneThatWaitsForItsStartIsNotStartedAndTheWarmOneStaysAsItIs() {
        Bench bench = ready(Bench.allReady(Bench.withReadiness(policy(2, 2), Readiness.automatic())), 102);
        bench.end(103, EXITED).end(104, EXITED).tell(new Event.ReadyProbed(102));
        assertThat(bench.reports(Report.StandbyAccepts.class)).hasSize(1);
        assertThat(bench.pass(Duration.ofMinutes(5)).spawns).hasSize(5);

        bench = ready(Bench.allReady(Bench.withReadiness(policy(2, 2), Readiness.automatic())), 102);
        bench.tell(new Event.ReadyProbed(103)).crash(0);
        assertThat(bench.takenOver).containsExactly(102);
        assertThat(bench.tell(new Event.ReadyProbed(102)).reports(Report.StandbyAccepts.class))
                .as("it serves")
                .hasSize(1);
    }

    @Test
    void anAnswerMayBeAnothersAndProvesNothing() {
        Bench bench = Bench.started(Bench.withReadiness(policy(1, 1), Readiness.answering()));
        bench.tell(new Event.ReadyProbed(100)).tell(new Event.ReadyProbed(101));

        assertThat(bench.reports(Report.StandbyAccepts.class)).isEmpty();
        assertThat(asked(bench)).isEmpty();
    }

    @Test
    void itIsReplacedWhenItAsksForThat() {
        Bench bench = warm().tell(new Event.RecycleAsked(102, "it asked for it"));
        assertThat(asked(bench)).containsExactly(102);

        assertThat(bench.end(102, EXITED).spawns.get(3).reason()).isEqualTo(StartReason.STANDBY);
    }

    @Test
    void inAStopItEndsAtOnceThoughTheOthersServeOnAndNoneTakesOver() {
        Bench bench = ready(
                Bench.allReady(Bench.withStopping(policy(2, 1), Duration.ofSeconds(5), Duration.ofSeconds(20))), 102);
        bench.tell(new Event.StopAsked("SIGTERM", true));
        assertThat(asked(bench)).containsExactly(102);

        bench.crash(0);
        assertThat(bench.takenOver).isEmpty();
        assertThat(bench.spawns.get(3).reason()).isEqualTo(StartReason.RECOVER);
    }

    @Test
    void theSnapshotTellsWhereEachComesFromAndWhatIsOnItsWayOut() {
        Bench bench = warm().pass(Duration.ofSeconds(3)).crash(0).tell(new Event.ReloadAsked(7, "SIGHUP"));
        Snapshot.Worker tookOver = bench.snapshot().workers().get(0);
        assertThat(tookOver.life().reason()).contains(StartReason.STANDBY);
        assertThat(tookOver.life().version()).hasValue(0);
        assertThat(tookOver.life().readySince()).as("since it serves").hasValue(bench.now);
        assertThat(tookOver.life().startedAt().orElseThrow()).isLessThan(bench.now);

        ready(bench, bench.lastPid());
        assertThat(bench.snapshot().workers())
                .filteredOn(Snapshot.Worker::draining)
                .extracting(worker -> worker.pid().orElseThrow())
                .isEqualTo(asked(bench));
    }
}
