package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SupervisorStartTest {

    @Test
    void startsOneWorkerPerSlotAndSaysSoOnce() {
        Bench bench = Bench.started(Bench.policy(3));

        assertThat(bench.spawnedSlots).containsExactly(0, 1, 2);
        assertThat(bench.reports)
                .endsWith(new Report.FirstGenerationStarted(java.util.List.of(100, 101, 102)))
                .hasSize(4);
        assertThat(bench.snapshot().count(WorkerState.STARTING)).isEqualTo(3);
        assertThat(bench.snapshot().started()).isFalse();
    }

    @Test
    void eachStartIsToldBeforeTheNextWorkerIsStarted() {
        Bench bench = new Bench(Bench.policy(2));

        Action first = bench.supervisor.next(bench.now).orElseThrow();
        bench.supervisor.on(new Event.Spawned(0, 7), bench.now);
        Action second = bench.supervisor.next(bench.now).orElseThrow();

        assertThat(first).isEqualTo(new Action.Spawn(0, 0, 0, StartReason.BOOT));
        assertThat(second).isInstanceOf(Action.Tell.class);
    }

    @Test
    void aHookThatFailsOnTheFirstWorkerKeepsTheOthersFromStarting() {
        Bench bench = new Bench(Bench.policy(3));
        bench.supervisor.next(bench.now);
        bench.supervisor.on(new Event.Spawned(0, 100), bench.now);
        bench.supervisor.next(bench.now);
        bench.tell(new Event.Failed("hook"));

        assertThat(bench.spawnedSlots).isEmpty();
        bench.end(100, new WaitStatus.Exited(143));
        assertThat(bench.finished).contains(Outcome.FAILED);
    }

    @Test
    void aWorkersStatusIsShownUntilItSaysAnotherOrIsGone() {
        Bench bench = Bench.started(Bench.policy(2));
        bench.tell(new Event.StatusNotified(100, "loading")).tell(new Event.StatusNotified(4711, "lost"));
        assertThat(bench.snapshot().workers())
                .extracting(Snapshot.Worker::status)
                .containsExactly(Optional.of("loading"), Optional.empty());

        bench.tell(new Event.StatusNotified(100, "loaded")).tell(new Event.ReadyNotified(100));
        assertThat(bench.snapshot().workers().get(0).status()).contains("loaded");
        bench.tell(new Event.StatusNotified(100, ""));
        assertThat(bench.snapshot().workers().get(0).status()).isEmpty();

        bench.tell(new Event.StatusNotified(100, "failing"));
        bench.end(100, new WaitStatus.Exited(1));
        assertThat(bench.snapshot().workers().get(0).status()).isEmpty();
    }

    @Test
    void notificationMakesAWorkerReady() {
        Bench bench = Bench.started(Bench.policy(2));
        bench.pass(Duration.ofMillis(1500)).tell(new Event.ReadyNotified(100));

        assertThat(bench.reports(Report.WorkerReady.class))
                .containsExactly(new Report.WorkerReady(0, 100, 1_500_000_000L));
        assertThat(bench.snapshot().ready()).isEqualTo(1);
        assertThat(bench.snapshot().started()).isFalse();

        bench.tell(new Event.ReadyNotified(101));
        assertThat(bench.snapshot().started()).isTrue();
        assertThat(bench.reports(Report.FirstGenerationReady.class))
                .containsExactly(new Report.FirstGenerationReady(java.util.List.of(100, 101)));
    }

    @Test
    void aSecondNotificationChangesNothing() {
        Bench bench = Bench.allReady(Bench.policy(1));
        int before = bench.reports.size();
        bench.tell(new Event.ReadyNotified(100));

        assertThat(bench.reports).hasSize(before);
    }

    @Test
    void aNotificationOfAStrangerIsIgnored() {
        Bench bench = Bench.started(Bench.policy(1));
        bench.tell(new Event.ReadyNotified(4711)).tell(new Event.StoppingNotified(4711));

        assertThat(bench.snapshot().ready()).isZero();
        assertThat(bench.snapshot().count(WorkerState.STARTING)).isEqualTo(1);
    }

    @Test
    void beingAliveForTheDelayMakesReady() {
        Policy policy = Bench.withReadiness(Bench.policy(1), Readiness.after(Duration.ofSeconds(3)));
        Bench bench = Bench.started(policy);
        bench.tell(new Event.ReadyNotified(100));
        assertThat(bench.snapshot().ready()).isZero();
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(3_000_000_000L);

        bench.pass(Duration.ofSeconds(3).minusNanos(1));
        assertThat(bench.snapshot().ready()).isZero();
        bench.pass(Duration.ofNanos(1));
        assertThat(bench.snapshot().ready()).isEqualTo(1);
    }

    @Test
    void automaticTakesWhicheverComesFirst() {
        Bench bench = Bench.started(Bench.withReadiness(Bench.policy(3), Readiness.automatic()));
        bench.tell(new Event.ReadyNotified(100)).tell(new Event.ReadyProbed(101));
        assertThat(bench.snapshot().ready()).isEqualTo(2);

        bench.pass(Duration.ofSeconds(59));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
    }

    @Test
    void ofAcceptingANotificationIsNoProof() {
        Bench bench = Bench.started(Bench.withReadiness(Bench.policy(1), Readiness.accepting()));
        bench.tell(new Event.ReadyNotified(100));
        assertThat(bench.snapshot().ready()).isZero();
        bench.tell(new Event.ReadyProbed(100));
        assertThat(bench.snapshot().ready()).isEqualTo(1);
    }

    @Test
    void startsThatAreSeenToBeOverAreWaitedFor() {
        Policy policy = Bench.withAtOnce(Bench.policy(2), 1);
        Bench bench = Bench.started(Bench.withReadiness(policy, Readiness.automatic()));
        bench.pass(Duration.ofSeconds(30));
        assertThat(bench.spawnedSlots).containsExactly(0);
        bench.tell(new Event.ReadyProbed(100));
        assertThat(bench.spawnedSlots).containsExactly(0, 1);
    }

    @Test
    void aFirstGenerationThatIsNeverReadyIsGivenUpThoughItsTimeoutsAreFurtherApartThanTheWindow() {
        Bench bench = Bench.started(Bench.policy(1));
        for (int pid = 100; pid <= 101; pid++) {
            assertThat(bench.finished).isEmpty();
            bench.passAndLookAgain(Duration.ofSeconds(61));
            bench.end(pid, new WaitStatus.Signaled(9, false));
        }
        assertThat(bench.finished).contains(Outcome.NEVER_READY);
        assertThat(bench.reports(Report.ThresholdExceeded.class).get(0).windowNanos())
                .isZero();
    }

    @Test
    void aWorkerThatIsNotReadyInTimeIsKilledAndCountsAsFailed() {
        Bench bench = Bench.started(Bench.policy(2));
        bench.tell(new Event.ReadyNotified(100)).passAndLookAgain(Duration.ofSeconds(60));

        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, dev.prefork.os.Signal.KILL));
        bench.end(101, new WaitStatus.Signaled(9, false));

        Report.WorkerExited exited = bench.reports(Report.WorkerExited.class).get(0);
        assertThat(exited.exit().cause()).isEqualTo(Exit.Cause.START_TIMEOUT);
        assertThat(exited.exit().planned()).isFalse();
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
        assertThat(bench.pid(1)).isEqualTo(102);
    }

    @ParameterizedTest
    @MethodSource
    void aStartTimeoutTellsOfUnusedListenersWhereAcceptingWasWhatCounts(Readiness readiness, boolean unused) {
        Bench bench = Bench.started(Bench.withReadiness(Bench.policy(1), readiness));
        bench.passAndLookAgain(Duration.ofSeconds(60));
        bench.end(100, new WaitStatus.Signaled(9, false));

        assertThat(bench.reports(Report.WorkerStopping.class).get(0).why())
                .isEqualTo("not ready after 60000 ms"
                        + (unused
                                ? " and used none of its listeners: give it the sockets by --dialect or its own options"
                                        + " (docs/RECIPES.md), or use --listen none if it binds its own port"
                                : ""));
        assertThat(bench.snapshot().lastExit())
                .contains(
                        "worker 0 (pid 100): start timeout, SIGKILL" + (unused ? ", used none of its listeners" : ""));
    }

    static Stream<Arguments> aStartTimeoutTellsOfUnusedListenersWhereAcceptingWasWhatCounts() {
        return Stream.of(
                Arguments.of(Readiness.automatic(), true),
                Arguments.of(Readiness.accepting(), true),
                Arguments.of(Readiness.automatic().withoutListeners(), false),
                Arguments.of(Readiness.notification().withoutListeners(), false),
                Arguments.of(Readiness.answering(), false));
    }

    @Test
    void whatDiesBeforeItsStartTimeoutIsNotBlamedForUnusedListeners() {
        Bench bench = Bench.started(Bench.withReadiness(Bench.policy(1), Readiness.automatic()));
        bench.end(100, new WaitStatus.Exited(1));

        assertThat(bench.snapshot().lastExit()).contains("worker 0 (pid 100): exit code 1");
    }

    @Test
    void waitsForNothingWhenAllAreReady() {
        Bench bench = Bench.allReady(Bench.policy(2));

        assertThat(bench.supervisor.timeLeft(bench.now)).isEmpty();
        assertThat(bench.supervisor.snapshotWait(bench.now)).isEmpty();
    }

    @Test
    void aStartIsNotOverdueByATimeThatTheMasterSlept() {
        Bench bench = Bench.started(Bench.policy(2)).pass(Duration.ofSeconds(1));
        // Stopped for two minutes; what both have said lies unread, and is read one by one.
        bench.now += Duration.ofMinutes(2).toNanos();
        bench.tell(new Event.ReadyNotified(100)).tell(new Event.ReadyNotified(101));

        assertThat(bench.takeSignals()).isEmpty();
        assertThat(bench.snapshot().ready()).isEqualTo(2);
    }
}
