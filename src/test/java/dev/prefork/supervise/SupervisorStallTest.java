package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers that never send a heartbeat, with a limit of ten seconds, and one measurement a second. */
class SupervisorStallTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final OptionalInt ALL = OptionalInt.empty();

    private final Map<Integer, Long> millis = new HashMap<>();
    private Bench bench;

    @BeforeEach
    void twoReadyWorkers() {
        bench = bench(OptionalInt.empty());
    }

    private static Bench bench(OptionalInt queue) {
        Policy policy = Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60));
        return Bench.allReady(Bench.withWatchdog(policy, new Policy.Watchdog(LIMIT, true, queue)));
    }

    private void measure(long seconds, OptionalInt slot, int waiting) {
        Map<Integer, Long> nanos = new HashMap<>();
        bench.supervisor
                .workerPids()
                .forEach(pid -> nanos.put(
                        pid, Duration.ofMillis(millis.getOrDefault(pid, 0L)).toNanos()));
        List<Event.Stall> stalls = waiting == 0
                ? List.of()
                : List.of(new Event.Stall(
                        "http", slot, waiting, Duration.ofSeconds(seconds).toNanos()));
        bench.pass(Duration.ofSeconds(1)).tell(new Event.StallsMeasured(stalls, nanos));
    }

    /** Measurements of a stall from its first second to the last. */
    private void stall(int from, int to) {
        for (int second = from; second <= to; second++) {
            measure(second, ALL, 3);
        }
    }

    private List<Integer> givenUp() {
        return bench.reports(Report.WorkerStalled.class).stream()
                .map(Report.WorkerStalled::pid)
                .toList();
    }

    @Test
    void oneWorkerIsDumpedAndReplacedAtASecondLookAndTheOtherOnlyOnceItsSuccessorIsReady() {
        stall(0, 10);
        assertThat(givenUp()).as("seen once").isEmpty();
        stall(11, 11);
        assertThat(bench.reports(Report.WorkerStalled.class))
                .containsExactly(new Report.WorkerStalled(
                        0,
                        100,
                        Duration.ofSeconds(11).toNanos(),
                        new Event.Stall("http", ALL, 3, Duration.ofSeconds(11).toNanos())));
        assertThat(bench.dumps).containsExactly(100);

        stall(12, 30);
        assertThat(bench.takeSignals())
                .containsExactly(new Action.SignalGroup(100, Signal.TERM), new Action.SignalGroup(100, Signal.KILL));
        bench.end(100, new WaitStatus.Signaled(9, false));
        assertThat(bench.reports(Report.WorkerExited.class).get(0).exit().cause())
                .isEqualTo(Exit.Cause.WATCHDOG);
        stall(31, 40);
        assertThat(givenUp()).containsExactly(100);
        bench.tell(new Event.ReadyNotified(102));
        stall(41, 41);
        assertThat(givenUp()).containsExactly(100, 101);
    }

    @Test
    void anAcceptByAnyWorkerSparesAll() {
        stall(0, 10);
        stall(0, 10);
        measure(0, ALL, 0);
        stall(0, 10);
        assertThat(givenUp()).isEmpty();
        stall(11, 11);
        assertThat(givenUp()).hasSize(1);
    }

    @Test
    void aWorkerThatComputesIsSparedAndOneThatOnlyTicksIsNot() {
        for (int second = 0; second <= 30; second++) {
            millis.put(100, second * 12L);
            millis.put(101, second * 8L);
            measure(second, ALL, 3);
        }
        assertThat(givenUp()).containsExactly(101);
    }

    @Test
    void withReusePortTheWorkerOfTheStalledSocketAloneIsGivenUp() {
        for (int second = 0; second <= 30; second++) {
            measure(second, OptionalInt.of(1), 3);
        }
        assertThat(givenUp()).containsExactly(101);
    }

    @Test
    void aWorkerThatSendsHeartbeatsIsNotJudgedFromOutside() {
        bench.tell(new Event.WatchdogNotified(100));
        for (int second = 0; second <= 30; second++) {
            measure(second, ALL, 3);
            bench.tell(new Event.WatchdogNotified(100));
        }
        assertThat(givenUp()).containsExactly(101);
    }

    @Test
    void silenceAloneIsNoReasonToEndAWorkerThatNeverSentAHeartbeat() {
        bench.pass(LIMIT.multipliedBy(5)).pass(LIMIT);

        assertThat(bench.reports(Report.WorkerHung.class)).isEmpty();
        assertThat(bench.supervisor.timeLeft(bench.now)).isEmpty();
    }

    @Test
    void aWorkerThatCameDuringTheStallHasItsOwnTime() {
        stall(0, 8);
        bench.end(100, new WaitStatus.Exited(1)).tell(new Event.ReadyNotified(102));
        stall(9, 11);
        assertThat(givenUp()).containsExactly(101);
        bench.pass(Watch.DUMP_TIME).end(101, new WaitStatus.Exited(143)).tell(new Event.ReadyNotified(103));
        stall(12, 19);
        assertThat(givenUp()).hasSize(1);
        stall(20, 20);
        assertThat(givenUp()).containsExactly(101, 102);
    }

    @Test
    void withAQueueAStallMattersOnlyWhileMoreConnectionsWait() {
        bench = bench(OptionalInt.of(3));
        stall(0, 30);
        assertThat(givenUp()).isEmpty();
        measure(31, ALL, 4);
        measure(32, ALL, 4);
        assertThat(givenUp()).hasSize(1);
    }

    @Test
    void aStopAndAMasterWithoutAWatchdogGiveUpNobody() {
        stall(0, 10);
        bench.tell(new Event.StopAsked("SIGTERM", false));
        stall(11, 30);
        assertThat(givenUp()).isEmpty();

        bench = Bench.allReady(Bench.policy(2));
        stall(0, 30);
        assertThat(givenUp()).isEmpty();
    }
}
