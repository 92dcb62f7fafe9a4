package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SupervisorScaleTest {
    private static final Event MORE = new Event.ScaleAsked(1, "SIGTTIN");
    private static final Event FEWER = new Event.ScaleAsked(-1, "SIGTTOU");
    private static final WaitStatus TERMINATED = new WaitStatus.Exited(143);

    @Test
    void oneMoreIsStartedInANewSlot() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(MORE);

        assertThat(bench.spawnedSlots).containsExactly(0, 1, 2);
        assertThat(bench.snapshot().desired()).isEqualTo(3);
        assertThat(bench.reports(Report.WorkerStarted.class).get(2).reason()).isEqualTo(StartReason.SCALE);
        assertThat(bench.reports(Report.Scaled.class)).containsExactly(new Report.Scaled(2, 3, "SIGTTIN"));
    }

    @Test
    void oneFewerStopsTheLastAndThatIsNoFailure() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(FEWER);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.TERM));
        bench.end(101, TERMINATED);

        assertThat(bench.snapshot().workers()).hasSize(1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.snapshot().worker(1)).isEmpty();
        assertThat(bench.spawnedSlots).hasSize(2);
        assertThat(bench.reports(Report.WorkerExited.class).get(0).exit().planned())
                .isTrue();
        assertThat(bench.finished).isEmpty();
    }

    @Test
    void aReadySurplusWorkerStaysUntilAllOthersAreReady() {
        Bench bench = Bench.allReady(Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(60)));
        bench.crash(0).tell(FEWER);
        assertThat(bench.takeSignals()).noneMatch(signal -> signal.pid() == 102);

        bench.tell(new Event.ReadyNotified(bench.pid(0)));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(102, Signal.TERM));
    }

    /** The zombie of the surplus worker is still ready, and cannot be asked to stop any more. */
    @Test
    void aSurplusWorkerMayDieAtTheMomentThatAllOthersAreReady() {
        Policy policy = Bench.withReadiness(
                Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(60)),
                Readiness.after(Duration.ofSeconds(1)));
        Bench bench = Bench.started(policy).pass(Duration.ofSeconds(1));
        bench.crash(0).tell(FEWER);
        bench.takeSignals();
        bench.now += Duration.ofSeconds(1).toNanos();
        bench.end(102, TERMINATED);

        assertThat(bench.reaped).containsExactly(100, 102);
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().workers()).hasSize(2);
        assertThat(bench.takeSignals()).as("what is left of its group").allMatch(signal -> signal.pid() == 102);
    }

    @Test
    void aWantedWorkerThatHasEndedIsNotReadyEnoughForASurplusOneToGo() {
        Bench bench = Bench.allReady(Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(60)));
        bench.crash(0).tell(FEWER);
        bench.takeSignals();
        bench.supervisor.on(new Event.Ended(bench.pid(1)), bench.now);
        bench.tell(new Event.ReadyNotified(bench.pid(0)));
        assertThat(bench.takeSignals()).noneMatch(signal -> signal.pid() == 102);

        bench.tell(new Event.ReadyNotified(bench.pid(1)));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(102, Signal.TERM));
    }

    @Test
    void aSurplusWorkerThatIsNotReadyGoesAtOnce() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(MORE).tell(FEWER);

        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(102, Signal.TERM));
    }

    @Test
    void aSlotThatIsWantedAgainBeforeItsWorkerIsGoneIsFilledAfterIt() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(FEWER).tell(MORE);
        assertThat(bench.spawnedSlots).hasSize(2);
        bench.end(101, TERMINATED);

        assertThat(bench.spawnedSlots).containsExactly(0, 1, 1);
        assertThat(bench.reports(Report.WorkerStarted.class).get(2).replaces()).isEmpty();
    }

    @Test
    void aSlotThatWaitsForItsRecoveryIsNotFilledWhenItIsNoLongerWanted() {
        Policy policy = Bench.withInterval(
                Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60)),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
        Bench bench = Bench.allReady(policy).crash(1).tell(FEWER).pass(Duration.ofMinutes(1));

        assertThat(bench.spawnedSlots).hasSize(2);
        assertThat(bench.snapshot().workers()).hasSize(1);
    }

    @Test
    void boundsAreKeptAndSaid() {
        Bench least = Bench.allReady(Bench.withLeast(Bench.policy(2), 2)).tell(FEWER);
        assertThat(least.snapshot().desired()).isEqualTo(2);
        assertThat(least.reports(Report.ScaleRefused.class))
                .containsExactly(new Report.ScaleRefused("SIGTTOU: 2 is the minimum number of workers"));

        Bench most = Bench.allReady(Bench.policy(1)).tell(new Event.ScaleSet(5000, "the limits"));
        assertThat(most.snapshot().desired()).isEqualTo(Policy.MOST_WORKERS);
        most.tell(MORE);
        assertThat(most.reports(Report.ScaleRefused.class))
                .containsExactly(new Report.ScaleRefused("SIGTTIN: 1024 is the maximum number of workers"));
    }

    /** Workers must not be stopped by a request that is said to be refused. */
    @Test
    void aClientsRequestOutsideTheBoundsIsRefusedAndChangesNothing() {
        Bench bench = Bench.allReady(new Policy(
                new Policy.Workers(4, 2, 6),
                Bench.policy(4).recovery(),
                Bench.policy(4).starting(),
                Bench.policy(4).stopping(),
                Optional.empty()));
        OptionalLong[] request = {OptionalLong.of(1), OptionalLong.of(2), OptionalLong.of(3), OptionalLong.of(4)};
        bench.tell(new Event.ScaleSet(0, "a", request[0]))
                .tell(new Event.ScaleSet(7, "b", request[1]))
                .tell(new Event.ScaleAsked(-3, "c", request[2]))
                .tell(new Event.ScaleAsked(Integer.MAX_VALUE, "d", request[3]));

        assertThat(bench.reports(Report.ScaleRefused.class))
                .containsExactly(
                        new Report.ScaleRefused("a: 2 is the minimum number of workers", request[0]),
                        new Report.ScaleRefused("b: 6 is the maximum number of workers", request[1]),
                        new Report.ScaleRefused("c: 2 is the minimum number of workers", request[2]),
                        new Report.ScaleRefused("d: 6 is the maximum number of workers", request[3]));
        assertThat(bench.snapshot().desired()).isEqualTo(4);
        assertThat(bench.takeSignals()).isEmpty();
        assertThat(bench.spawnedSlots).hasSize(4);
        assertThat(bench.reports(Report.Scaled.class)).isEmpty();

        bench.tell(new Event.ScaleAsked(2, "e", request[0])).tell(new Event.ScaleSet(6, "f", request[1]));
        assertThat(bench.reports(Report.Scaled.class)).containsExactly(new Report.Scaled(4, 6, "e", request[0]));
        assertThat(bench.reports(Report.ScaleRefused.class))
                .as("there are 6 already")
                .hasSize(4);
    }

    @Test
    void aChangeThatIsTooLargeForAnIntIsStillOneOfItsDirection() {
        Bench bench = Bench.allReady(Bench.withLeast(Bench.policy(2), 2));
        bench.tell(new Event.ScaleAsked(Integer.MIN_VALUE, "fewer"));
        assertThat(bench.snapshot().desired()).isEqualTo(2);
        bench.tell(new Event.ScaleAsked(Integer.MAX_VALUE, "more"));
        assertThat(bench.snapshot().desired()).isEqualTo(Policy.MOST_WORKERS);
    }

    @Test
    void inAStopTheNumberStays() {
        Bench bench = Bench.allReady(Bench.policy(2))
                .tell(new Event.StopAsked("SIGTERM", true))
                .tell(MORE);

        assertThat(bench.spawnedSlots).hasSize(2);
        assertThat(bench.reports(Report.ScaleRefused.class)).hasSize(1);
    }

    @Test
    void theDefaultThresholdFollowsTheNumberAndAGivenOneDoesNot() {
        assertThat(Bench.allReady(Bench.policy(2))
                        .tell(new Event.ScaleSet(8, "x"))
                        .snapshot()
                        .recovery()
                        .threshold())
                .isEqualTo(4);
        Policy given = Bench.withThreshold(Bench.policy(2), 1, Duration.ofSeconds(60));
        assertThat(Bench.allReady(given)
                        .tell(new Event.ScaleSet(8, "x"))
                        .snapshot()
                        .recovery()
                        .threshold())
                .isEqualTo(1);
    }

    @Test
    void noMoreAreOnTheirWayAtOnceThanAllowedAndTheProbeMayCountThem() {
        Bench bench = Bench.started(Bench.withAtOnce(Bench.policy(5), 2));
        assertThat(bench.spawnedSlots).containsExactly(0, 1);
        assertThat(bench.snapshot().startup().slots()).isZero();

        bench.tell(new Event.ReadyNotified(100));
        assertThat(bench.spawnedSlots).containsExactly(0, 1, 2);
        assertThat(bench.snapshot().startup().slots()).isEqualTo(1);
        bench.tell(new Event.ReadyNotified(101)).tell(new Event.ReadyNotified(102));
        assertThat(bench.spawnedSlots).containsExactly(0, 1, 2, 3, 4);
        assertThat(bench.snapshot().started()).isFalse();
        bench.tell(new Event.ReadyNotified(103)).tell(new Event.ReadyNotified(104));
        assertThat(bench.snapshot().started()).isTrue();
        assertThat(bench.snapshot().startup().slots()).isEqualTo(5);
    }

    @Test
    void oneThatDiesOnItsWayMakesRoomToo() {
        Policy policy = Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(60));
        Bench bench = Bench.started(Bench.withAtOnce(policy, 1));
        bench.end(100, new WaitStatus.Exited(1));

        assertThat(bench.spawnedSlots).hasSize(2);
    }

    @Test
    void workersThatAreReadyByTheClockKeepNobodyFromStartingForLong() {
        Policy policy =
                Bench.withReadiness(Bench.withAtOnce(Bench.policy(3), 1), Readiness.after(Duration.ofSeconds(30)));
        Bench bench = Bench.started(policy);
        assertThat(bench.spawnedSlots).hasSize(1);
        bench.pass(Duration.ofMillis(100)).pass(Duration.ofMillis(100));

        assertThat(bench.spawnedSlots).hasSize(3);
    }

    @Test
    void theKernelsKillForWantOfMemoryIsACauseOfItsOwn() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy).killForMemory(0).crash(1);

        assertThat(bench.reports(Report.WorkerExited.class))
                .extracting(exited -> exited.exit().cause())
                .containsExactly(Exit.Cause.OOM, Exit.Cause.SIGNAL);
        assertThat(bench.snapshot().recovery().last())
                .extracting(Snapshot.UnplannedExit::text)
                .containsExactly(
                        "worker 1 (pid 101): SIGKILL", "worker 0 (pid 100): OOM-killed, SIGKILL by the kernel");
    }

    @Test
    void aShellThatTellsOfTheKernelsKillTellsTheCause() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy)
                .endForMemory(0, new WaitStatus.Exited(137))
                .endForMemory(1, new WaitStatus.Exited(1));

        assertThat(bench.snapshot().recovery().last())
                .extracting(Snapshot.UnplannedExit::text)
                .containsExactly(
                        "worker 1 (pid 101): exit code 1",
                        "worker 0 (pid 100): OOM-killed, exit code 137 for a SIGKILL by the kernel");
    }

    @Test
    void theLastFiveExitsAreKept() {
        Policy policy = Bench.withThreshold(Bench.policy(1), 99, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy);
        for (int i = 0; i < 7; i++) {
            bench.pass(Duration.ofSeconds(31))
                    .end(bench.pid(0), new WaitStatus.Exited(i))
                    .pass(Duration.ofSeconds(31));
        }

        assertThat(bench.snapshot().recovery().last())
                .extracting(Snapshot.UnplannedExit::text)
                .hasSize(5)
                .first()
                .asString()
                .endsWith("exit code 6");
    }

    @Test
    void whoeverAsksLearnsForHowLongNobodyHasServed() {
        Bench bench = Bench.started(Bench.policy(1));
        long start = bench.now;
        assertThat(bench.snapshot().startup().noneReadySince()).hasValue(start);
        bench.pass(Duration.ofSeconds(1)).tell(new Event.ReadyNotified(100));
        assertThat(bench.snapshot().startup().noneReadySince()).isEmpty();

        bench.pass(Duration.ofSeconds(1)).crash(0);
        assertThat(bench.snapshot().startup().noneReadySince()).hasValue(start + 2_000_000_000L);
    }
}
