package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Workers are replaced by ones of another version of the specification. */
class SupervisorReloadTest {
    private static final WaitStatus EXITED = new WaitStatus.Exited(0);

    private static Policy.Replacing replacing(int surge, int unavailable, Duration soak) {
        return new Policy.Replacing(surge, unavailable, soak, Optional.empty(), Duration.ZERO);
    }

    private static Bench bench(int workers, Policy.Replacing replacing) {
        return Bench.allReady(Bench.withReplacing(Bench.policy(workers), replacing));
    }

    private static Bench bench(int workers) {
        return bench(workers, Policy.Replacing.ONE_MORE);
    }

    private static Bench reload(Bench bench, int version) {
        return bench.tell(new Event.ReloadAsked(version, "SIGHUP"));
    }

    private static Bench ready(Bench bench, int pid) {
        return bench.tell(new Event.ReadyNotified(pid));
    }

    private static Bench end(Bench bench, int pid) {
        return bench.end(pid, EXITED);
    }

    private static List<Integer> asked(Bench bench) {
        return bench.takeSignals().stream()
                .filter(signal -> signal.signal() == Signal.TERM)
                .map(Action.SignalGroup::pid)
                .toList();
    }

    @Test
    void theNewOneIsReadyBeforeTheOldOneIsAskedAndTheNextFollowsOnceThatIsGone() {
        Bench bench = reload(bench(2), 1);
        assertThat(bench.spawns.get(2)).isEqualTo(new Action.Spawn(1 << 20, 0, 1, StartReason.RELOAD));
        assertThat(asked(bench)).isEmpty();

        ready(bench, 102);
        assertThat(asked(bench)).containsExactly(100);
        assertThat(bench.spawns).as("one more at a time").hasSize(3);
        assertThat(bench.snapshot().worker(0).orElseThrow().pid()).hasValue(102);

        end(bench, 100);
        assertThat(bench.spawns.get(3).slot()).isEqualTo(1);
        ready(bench, 103);
        end(bench, 101);
        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().workers())
                .hasSize(2)
                .allMatch(worker -> worker.pid().getAsInt() >= 102);
        assertThat(bench.snapshot().rollout()).isEqualTo(new Snapshot.Rollout(false, 1, 2, 2, Snapshot.Setback.NONE));
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void oneThatDoesNotBecomeReadyAbortsItAndHarmsNobody() {
        Bench bench = reload(bench(3), 1);
        bench.end(103, new WaitStatus.Exited(7));

        assertThat(bench.reports(Report.RolloutAborted.class))
                .containsExactly(new Report.RolloutAborted(1, "worker 0 (pid 103) exit code 7", 3, 3));
        assertThat(asked(bench)).isEmpty();
        assertThat(bench.snapshot().ready()).isEqualTo(3);
        assertThat(bench.snapshot().recovery().exits()).as("it does not count").isZero();
        assertThat(bench.snapshot().rollout().failure()).contains("worker 0 (pid 103) exit code 7");

        bench.crash(1);
        assertThat(bench.spawns.get(4))
                .as("by what is known to be good")
                .isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECOVER));
    }

    @Test
    void afterAnAbortAnotherOneWorks() {
        Bench bench = reload(bench(1), 1).refuseSpawns("EAGAIN");
        bench.end(101, EXITED);
        reload(bench, 2);
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(2);

        reload(bench.allowSpawns(), 3);
        ready(bench, 102);
        assertThat(bench.reports(Report.RolloutCompleted.class))
                .extracting(Report.RolloutCompleted::version)
                .containsExactly(3);
        assertThat(bench.snapshot().rollout().failure()).isEmpty();
    }

    @Test
    void oneThatCrashesAfterItHasTakenOverEndsItWhileOthersAreToBeReplaced() {
        Bench bench = reload(bench(3), 1);
        ready(bench, 103);
        end(bench, 100);
        assertThat(bench.snapshot().rollout().active()).isTrue();

        bench.end(103, new WaitStatus.Exited(7));

        assertThat(bench.reports(Report.RolloutAborted.class))
                .containsExactly(
                        new Report.RolloutAborted(1, "worker 0 (pid 103) exit code 7, after it had taken over", 3, 3));
        assertThat(asked(bench))
                .as("the old one, and what was on its way for the next")
                .containsExactly(100, 104);
        assertThat(bench.spawns.get(5))
                .as("by what is known to be good")
                .isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
        assertThat(bench.snapshot().recovery().exits()).as("it served").isEqualTo(1);
    }

    @Test
    void theLastWishWins() {
        Bench bench = reload(bench(2), 1);
        reload(bench, 2);

        assertThat(bench.reports(Report.RolloutSuperseded.class)).containsExactly(new Report.RolloutSuperseded(1, 2));
        assertThat(asked(bench)).as("what was on its way is in vain").containsExactly(102);
        end(bench, 102);
        assertThat(bench.spawns.get(3).version()).isEqualTo(2);
        assertThat(bench.reports(Report.RolloutAborted.class)).isEmpty();
    }

    @Test
    void recoveryWaitsForNoReload() {
        Bench bench = reload(bench(2), 1);
        bench.crash(1);
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECOVER));

        ready(bench, 103);
        ready(bench, 102);
        end(bench, 100);
        assertThat(bench.spawns.get(4))
                .as("it is replaced as well")
                .isEqualTo(new Action.Spawn(1 << 20, 1, 1, StartReason.RELOAD));
    }

    @Test
    void recoveryWaitsForNoStartOfAReplacement() {
        Policy policy = Bench.withThreshold(Bench.withAtOnce(Bench.policy(2), 1), 5, Duration.ofSeconds(60));
        Bench bench = reload(Bench.allReady(policy), 1);
        bench.crash(1);
        assertThat(bench.spawns.get(3))
                .as("beside one that is on its way, though only one at a time may be")
                .isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECOVER));

        bench.crash(0);
        assertThat(bench.spawns).as("but behind another that is missing").hasSize(4);
        bench.end(102, EXITED).tell(new Event.ReloadAsked(2, "SIGHUP"));
        ready(bench, 103);
        assertThat(bench.spawns.get(4).reason())
                .as("and before the next reload")
                .isEqualTo(StartReason.RECOVER);
        ready(bench, 104);
        assertThat(bench.spawns.get(5).reason()).isEqualTo(StartReason.RELOAD);
    }

    @Test
    void noYoungReplacementKeepsRecoveryWaiting() {
        Bench bench = reload(Bench.allReady(Bench.withYoung(Bench.policy(2), 2, 1)), 1);
        bench.crash(1);

        assertThat(bench.spawns.get(3).reason()).isEqualTo(StartReason.RECOVER);
    }

    @Test
    void whereThereIsNoRoomForOneMoreTheOldOneGoesFirst() {
        Bench bench = reload(bench(3, replacing(0, 1, Duration.ZERO)), 1);
        assertThat(asked(bench)).containsExactly(100);
        assertThat(bench.spawns).hasSize(3);

        end(bench, 100);
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(0, 0, 1, StartReason.RELOAD));
        assertThat(asked(bench)).as("one is missing").isEmpty();
        ready(bench, 103);
        assertThat(asked(bench)).containsExactly(101);

        end(bench, 101);
        end(bench, 104);
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);
        assertThat(bench.spawns.get(5)).isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECOVER));
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void onceThatIsCanceledThePlaceOfTheOldOneIsRecovered() {
        Bench bench = reload(bench(4, replacing(0, 2, Duration.ZERO)), 1);
        end(end(bench, 100), 104);
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);
        end(bench, 101);

        assertThat(bench.spawns).last().isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECOVER));
        assertThat(bench.reports)
                .last()
                .isEqualTo(new Report.WorkerStarted(1, 106, StartReason.RECOVER, OptionalInt.of(101)));
    }

    @Test
    void whatIsBeingStartedThereWhenItIsCanceledIsStoppedAndThePlaceFilledByWhatIsGood() {
        Bench bench = reload(bench(3, replacing(0, 2, Duration.ZERO)), 1);
        end(end(bench, 100).holdSpawns(), 101).tell(new Event.Ended(103));
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);

        asked(bench.answerSpawns());
        int canceled = pidIn(bench, 1);
        assertThat(bench.reports(Report.WorkerStopping.class))
                .last()
                .isEqualTo(new Report.WorkerStopping(1, canceled, "no longer needed"));
        assertThat(end(bench, canceled).spawns).last().isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECOVER));
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    private static int pidIn(Bench bench, int slot) {
        return bench.snapshot().worker(slot).orElseThrow().pid().orElseThrow();
    }

    @Test
    void anAbortLeavesTheSuccessorOfOneThatHasLeftMeanwhile() {
        Bench bench = reload(bench(3), 1);
        bench.tell(new Event.RecycleAsked(102, "it asked for that", true)).end(102, EXITED);
        assertThat(bench.spawns).last().isEqualTo(new Action.Spawn(2, 2, 0, StartReason.RECYCLE));
        bench.end(103, new WaitStatus.Exited(7));
        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);

        assertThat(asked(bench)).isEmpty();
        assertThat(ready(bench, 104).snapshot().ready()).isEqualTo(3);
    }

    /** Place 0 is being reloaded, where there is no room for one more, while a stop has begun in which workers serve on. */
    private static Bench drainsInPlace() {
        Policy p = Bench.withStopping(Bench.policy(3), Duration.ofSeconds(5), Duration.ofSeconds(20));
        return reload(Bench.allReady(Bench.withReplacing(p, replacing(0, 1, Duration.ZERO))), 1);
    }

    @Test
    void inADrainThePlaceOfOneThatHasMadeRoomIsFilledByWhatIsGood() {
        Bench bench = drainsInPlace().tell(new Event.StopAsked("SIGTERM", true));
        assertThat(end(bench, 100).spawns).last().isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
        assertThat(ready(bench, 103).snapshot().ready()).isEqualTo(3);
        assertThat(bench.spawns).hasSize(4);
    }

    @Test
    void inADrainSoIsThePlaceOfANewOneThatFailsAndOneThatIsStartedServesOn() {
        Bench bench = end(drainsInPlace(), 100).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(asked(bench)).as("the old one, before").containsExactly(100);
        assertThat(bench.end(103, new WaitStatus.Exited(7)).spawns)
                .last()
                .isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
        assertThat(bench.snapshot().recovery().exits()).isZero();

        bench = end(drainsInPlace(), 100).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(ready(bench, 103).snapshot().ready()).isEqualTo(3);
    }

    @Test
    void inADrainSoIsThePlaceOfANewOneThatIsKilledOnPurpose() {
        Bench bench = end(drainsInPlace(), 100).tell(new Event.StopAsked("SIGTERM", true));
        bench.tell(new Event.KillAsked(103, "asked")).end(103, new WaitStatus.Signaled(9, false));

        assertThat(bench.spawns)
                .last()
                .extracting(Action.Spawn::place, Action.Spawn::version)
                .containsExactly(0, 0);
    }

    @Test
    void aPlaceThatIsWantedAgainWhileItIsRecycledIsReloadedAfterwards() {
        Bench bench = Bench.allReady(Bench.withReplacing(Bench.policy(2), replacing(0, 1, Duration.ZERO)));
        bench.tell(new Event.RecycleAsked(101, "its age")).endLeavingGroup(101, new WaitStatus.Exited(0));
        reload(bench.tell(new Event.ScaleSet(1, "test")), 1).tell(new Event.ScaleSet(2, "test"));
        bench.tell(new Event.GroupGone(101));
        assertThat(bench.spawns).last().isEqualTo(new Action.Spawn(1, 1, 0, StartReason.RECYCLE));
        for (int pid = 102; bench.reports(Report.RolloutCompleted.class).isEmpty() && pid < 110; pid++) {
            ready(bench, pid);
            asked(bench).forEach(old -> end(bench, old));
        }

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().workers())
                .extracting(worker -> worker.life().version().orElse(-1))
                .containsOnly(1);
    }

    @Test
    void inADrainASpawnThatWasAskedForBeforeServesOnToo() {
        Bench bench = end(drainsInPlace().holdSpawns(), 100).tell(new Event.StopAsked("SIGTERM", true));
        asked(bench);

        assertThat(ready(bench.answerSpawns(), 103).snapshot().ready()).isEqualTo(3);
        assertThat(asked(bench)).isEmpty();
    }

    @Test
    void onceFewerWereWantedAndThenAsManyAsBeforeThePlaceIsFilledForThat() {
        Bench bench = bench(2).tell(new Event.ScaleSet(1, "test")).tell(new Event.ScaleSet(2, "test"));

        assertThat(end(bench, 101).spawns).last().isEqualTo(new Action.Spawn(1, 1, 0, StartReason.SCALE));
    }

    @Test
    void whatIsStartedInThePlaceOfTheOldOneDoesNotWaitBehindAStandby() {
        Policy p = Bench.withReplacing(Bench.withAtOnce(Bench.policy(2), 1), replacing(0, 1, Duration.ZERO));
        Bench bench = Bench.allReady(
                new Policy(p.workers().withStandbys(1), p.recovery(), p.starting(), p.stopping(), p.watchdog()));
        assertThat(bench.spawns).last().extracting(Action.Spawn::reason).isEqualTo(StartReason.STANDBY);

        assertThat(end(reload(bench, 1), 100).spawns.get(3)).isEqualTo(new Action.Spawn(0, 0, 1, StartReason.RELOAD));
    }

    @Test
    void severalAtATimeWhereThatIsAllowed() {
        Bench bench = reload(bench(4, replacing(2, 1, Duration.ZERO)), 1);
        assertThat(bench.spawns).hasSize(6);
        assertThat(asked(bench)).containsExactly(102);

        ready(ready(bench, 104), 105);
        assertThat(asked(bench)).containsExactly(100, 101);
    }

    @Test
    void theFirstServesForAWhileBesideTheOldOneBeforeOthersFollow() {
        Duration soak = Duration.ofSeconds(30);
        Bench bench = reload(bench(3, replacing(2, 0, soak)), 1);
        assertThat(bench.spawns).hasSize(4);

        ready(bench, 103);
        bench.pass(soak.minusMillis(1));
        assertThat(asked(bench)).isEmpty();
        assertThat(bench.snapshot().ready()).isEqualTo(4);

        bench.pass(Duration.ofMillis(1));
        assertThat(asked(bench)).containsExactly(100);
        assertThat(bench.spawns).hasSize(5);
        ready(bench, 104);
        assertThat(asked(bench)).as("the others need not").containsExactly(101);
    }

    @Test
    void oneThatDiesWhileItIsProvedAbortsIt() {
        Bench bench = reload(bench(3, replacing(1, 0, Duration.ofSeconds(30))), 1);
        ready(bench, 103).pass(Duration.ofSeconds(29));
        bench.end(103, new WaitStatus.Signaled(11, false));

        assertThat(bench.reports(Report.RolloutAborted.class)).hasSize(1);
        assertThat(bench.snapshot().ready()).isEqualTo(3);
    }

    private static void assertProgress(Bench bench, int begun, int of) {
        Snapshot.Rollout rollout = bench.snapshot().rollout();
        assertThat(List.of(rollout.begun(), rollout.of())).containsExactly(begun, of);
    }

    @Test
    void workersThatComeInMeanwhileAreAmongThoseToReplace() {
        Bench bench = reload(bench(3), 1);
        assertProgress(bench, 1, 3);
        end(ready(bench, 103), 100);
        assertProgress(bench, 2, 3);
        bench.tell(new Event.ScaleSet(5, "test"));
        assertProgress(bench, 2, 5);
        bench.tell(new Event.ScaleSet(4, "test"));
        assertProgress(bench, 2, 4);

        while (bench.snapshot().rollout().active()) {
            for (Snapshot.Worker worker : bench.snapshot().workers()) {
                int pid = worker.pid().orElseThrow();
                if (worker.draining()) {
                    end(bench, pid);
                } else {
                    ready(bench, pid);
                }
            }
        }
        assertProgress(bench, 4, 4);
        assertThat(bench.reports(Report.RolloutCompleted.class))
                .extracting(Report.RolloutCompleted::workers)
                .containsExactly(4);
    }

    @Test
    void afterAnAbortItIsToldHowManyHadBeenReplaced() {
        Bench bench = reload(bench(3), 1);
        end(ready(bench, 103), 100);
        bench.end(104, new WaitStatus.Exited(7));

        assertProgress(bench, 1, 3);
        assertThat(bench.reports(Report.RolloutAborted.class))
                .extracting(Report.RolloutAborted::left)
                .containsExactly(2);
    }

    @Test
    void scalingMeanwhileIsRespected() {
        Bench bench = reload(bench(2), 1);
        bench.tell(new Event.ScaleSet(3, "test"));
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(2, 2, 0, StartReason.SCALE));
        bench.tell(new Event.ScaleSet(1, "test"));
        ready(bench, 102);
        end(bench, 100);

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().desired()).isEqualTo(1);
    }

    @Test
    void helpsWorkersThatNeverBecameReadyAndThatIsAStartToo() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60));
        Bench bench = reload(new Bench(Bench.withAtOnce(policy, 8)).run(), 1);
        ready(bench, 102);
        end(bench, 100);
        ready(bench, 103);
        end(bench, 101);

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.reports(Report.FirstGenerationReady.class)).hasSize(1);
        assertThat(bench.snapshot().started()).isTrue();
    }

    @Test
    void oneThatIsExcusedIsTriedAgain() {
        Bench bench = reload(bench(2), 1);
        bench.endExcused(102, new WaitStatus.Signaled(6, false));

        assertThat(bench.reports(Report.RolloutAborted.class)).isEmpty();
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(1 << 20, 0, 1, StartReason.RELOAD));
    }

    @Test
    void anotherOneTakesNoneAwayThatServesAlready() {
        Bench bench = reload(bench(3, replacing(0, 1, Duration.ofSeconds(10))), 1);
        end(bench, 100);
        ready(bench, 103);
        bench.crash(1);
        asked(bench);
        reload(bench, 2);

        assertThat(asked(bench)).as("the one that boots, but none that serves").containsExactly(104);
        assertThat(bench.snapshot().ready()).isEqualTo(2);
    }

    @Test
    void inAStopNothingIsReplaced() {
        Bench bench =
                Bench.allReady(Bench.withStopping(Bench.policy(2), Duration.ofSeconds(5), Duration.ofSeconds(20)));
        bench.tell(new Event.StopAsked("SIGTERM", true));
        reload(bench, 1);

        assertThat(bench.reports(Report.ReloadRefused.class)).hasSize(1);
        assertThat(bench.spawns).hasSize(2);
    }

    @Test
    void aStopEndsAllThatIsThere() {
        Bench bench = reload(bench(2), 1);
        bench.tell(new Event.StopAsked("SIGINT", false));
        assertThat(asked(bench)).containsExactly(100, 101, 102);
        for (int pid = 100; pid < 103; pid++) {
            end(bench, pid);
        }
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void oneThatDrainsForLongDoesNotKeepTheNextFromDyingUnnoticed() {
        Bench bench = ready(reload(bench(2), 1), 102);
        bench.pass(Duration.ofSeconds(20));
        assertThat(bench.reports(Report.WorkerKilled.class)).hasSize(1);

        bench.crash(0);
        assertThat(bench.spawns.get(3))
                .as("what is good is the old version until all have the new one")
                .isEqualTo(new Action.Spawn(0, 0, 0, StartReason.RECOVER));
        assertThat(bench.reports(Report.WorkerTookOver.class))
                .containsExactly(new Report.WorkerTookOver(0, 102, OptionalInt.of(100)));
    }
}
