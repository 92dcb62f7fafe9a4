package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SupervisorWatchdogTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static Bench bench(boolean dumps, OptionalInt queue) {
        Policy policy = Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(Bench.withWatchdog(policy, new Policy.Watchdog(LIMIT, dumps, queue)));
        beat(bench, 0);
        beat(bench, 1);
        return bench;
    }

    private static void beat(Bench bench, int slot) {
        bench.tell(new Event.WatchdogNotified(bench.pid(slot)));
    }

    @Test
    void aSilentWorkerIsDumpedThenAskedThenKilledAndTheOtherGoesOn() {
        Bench bench = bench(true, OptionalInt.empty());
        bench.pass(LIMIT.dividedBy(2));
        beat(bench, 1);
        bench.passAndLookAgain(LIMIT.dividedBy(2));

        assertThat(bench.dumps).containsExactly(100);
        assertThat(bench.takeSignals()).isEmpty();
        assertThat(bench.reports(Report.WorkerHung.class))
                .containsExactly(new Report.WorkerHung(
                        0, 100, LIMIT.plus(SecondLook.PAUSE).toNanos()));
        assertThat(bench.snapshot().ready()).isEqualTo(1);
        beat(bench, 1);

        bench.pass(Watch.DUMP_TIME);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.TERM));
        bench.pass(Watch.LAST_CHANCE);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));

        bench.end(100, new WaitStatus.Signaled(9, false));
        Exit exit = bench.reports(Report.WorkerExited.class).get(0).exit();
        assertThat(exit.cause()).isEqualTo(Exit.Cause.WATCHDOG);
        assertThat(exit.planned()).isFalse();
        assertThat(exit).hasToString("watchdog, SIGKILL");
        assertThat(bench.spawnedSlots).containsExactly(0, 1, 0);
        assertThat(bench.snapshot().recovery().exits()).isEqualTo(1);
    }

    @Test
    void oneThatEndsWhenAskedIsNotKilled() {
        Bench bench = bench(true, OptionalInt.empty());
        bench.passAndLookAgain(LIMIT).pass(Watch.DUMP_TIME);
        bench.takeSignals();
        bench.end(100, new WaitStatus.Exited(143));

        assertThat(bench.reports(Report.WorkerExited.class).get(0).exit()).hasToString("watchdog, exit code 143");
        assertThat(bench.reports(Report.WorkerKilled.class)).isEmpty();
    }

    @Test
    void whoeverWouldDieOfTheQuestionIsNotAskedForItsThreads() {
        Bench bench = bench(false, OptionalInt.empty());
        bench.passAndLookAgain(LIMIT);

        assertThat(bench.dumps).isEmpty();
        assertThat(bench.takeSignals()).contains(new Action.SignalGroup(100, Signal.TERM));
        bench.pass(Watch.LAST_CHANCE);
        assertThat(bench.takeSignals()).contains(new Action.SignalGroup(100, Signal.KILL));
    }

    @Test
    void onlyReadyWorkersAreWatched() {
        Policy policy = Bench.withWatchdog(Bench.policy(1), new Policy.Watchdog(LIMIT, true, OptionalInt.empty()));
        Bench starting = Bench.started(policy).pass(LIMIT.multipliedBy(2));
        assertThat(starting.reports(Report.WorkerHung.class)).isEmpty();

        Bench stopping = Bench.allReady(policy)
                .tell(new Event.StopAsked("SIGTERM", true))
                .pass(LIMIT);
        assertThat(stopping.reports(Report.WorkerHung.class)).isEmpty();
    }

    @Test
    void silenceIsReckonedFromTheMomentOfReadiness() {
        Policy policy = Bench.withWatchdog(Bench.policy(1), new Policy.Watchdog(LIMIT, true, OptionalInt.empty()));
        Bench bench = Bench.started(policy)
                .pass(Duration.ofSeconds(30))
                .tell(new Event.WatchdogNotified(100))
                .tell(new Event.ReadyNotified(100));

        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(LIMIT.toNanos());
    }

    @Test
    void withAQueueSilenceMattersOnlyWhileOthersWait() {
        Bench bench = bench(true, OptionalInt.of(4));
        bench.queue = 4;
        bench.passAndLookAgain(LIMIT);
        assertThat(bench.measurements).isEqualTo(1);
        assertThat(bench.reports(Report.WorkerHung.class)).isEmpty();
        assertThat(bench.supervisor.timeLeft(bench.now))
                .as("looked at again, and not at once")
                .hasValue(1_000_000_000L);

        bench.queue = 5;
        bench.passAndLookAgain(Duration.ofSeconds(1));
        assertThat(bench.reports(Report.WorkerHung.class)).hasSize(2);
    }

    @Test
    void whoeverBeatsBeforeTheQueueIsMeasuredIsSpared() {
        Bench bench = bench(true, OptionalInt.of(0));
        bench.queueIsMeasured = false;
        bench.passAndLookAgain(LIMIT);
        beat(bench, 0);
        bench.tell(new Event.QueueMeasured(9));

        assertThat(bench.reports(Report.WorkerHung.class))
                .extracting(Report.WorkerHung::slot)
                .containsExactly(1);
    }

    /** A pod that was paused, or a supervisor that got no processor: what is late is the look. */
    @Test
    void whoSleptItselfBlamesNobodyForTheSilenceMeanwhile() {
        Bench bench = bench(true, OptionalInt.empty());
        bench.pass(LIMIT.plusHours(1));
        assertThat(bench.reports(Report.WorkerHung.class)).isEmpty();
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(LIMIT.toNanos());

        bench.pass(LIMIT.dividedBy(2));
        beat(bench, 0);
        bench.pass(LIMIT.dividedBy(2));
        assertThat(bench.reports(Report.WorkerHung.class))
                .containsExactly(new Report.WorkerHung(
                        1, 101, LIMIT.multipliedBy(2).plusHours(1).toNanos()));
    }

    @Test
    void aLookThatIsALittleLateIsOneAllTheSame() {
        Bench bench = bench(true, OptionalInt.empty());
        bench.passAndLookAgain(LIMIT.plusMillis(200));

        assertThat(bench.reports(Report.WorkerHung.class)).hasSize(2);
    }

    @Test
    void whatWasSaidBeforeTheSecondLookCounts() {
        Bench bench = bench(true, OptionalInt.empty());
        bench.pass(LIMIT);
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(SecondLook.PAUSE.toNanos());
        beat(bench, 0);
        bench.pass(SecondLook.PAUSE);

        assertThat(bench.reports(Report.WorkerHung.class))
                .extracting(Report.WorkerHung::slot)
                .containsExactly(1);
    }

    @Test
    void aSuspectThatEndsBeforeTheQueueIsMeasuredIsNotMeasuredForAgain() {
        Bench bench = bench(true, OptionalInt.of(0));
        bench.queueIsMeasured = false;
        bench.passAndLookAgain(LIMIT);
        assertThat(bench.measurements).isEqualTo(1);
        bench.end(100, new WaitStatus.Exited(1)).end(101, new WaitStatus.Exited(1));
        bench.queueIsMeasured = true;
        bench.tell(new Event.QueueMeasured(9));

        assertThat(bench.measurements).isEqualTo(1);
        assertThat(bench.reports(Report.WorkerHung.class)).isEmpty();
    }

    @Test
    void aStopDoesNotGiveAHungWorkerMoreTime() {
        Bench bench = bench(true, OptionalInt.empty());
        bench.pass(LIMIT.dividedBy(2));
        beat(bench, 1);
        bench.passAndLookAgain(LIMIT.dividedBy(2)).tell(new Event.StopAsked("SIGTERM", true));
        bench.end(101, new WaitStatus.Exited(143));
        bench.pass(Watch.DUMP_TIME).pass(Watch.LAST_CHANCE);

        assertThat(bench.takeSignals()).endsWith(new Action.SignalGroup(100, Signal.KILL));
        bench.end(100, new WaitStatus.Signaled(9, false));
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }
}
