package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Workers whose processes serve and whose own checks find them not ready. */
class SupervisorHealthTest {
    private static final String REFUSED = "database: refused";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private static Bench bench(int workers, int surge, int unavailable, Duration soak) {
        return Bench.allReady(Bench.withReplacing(
                Bench.policy(workers),
                new Policy.Replacing(surge, unavailable, soak, Optional.empty(), Duration.ZERO)));
    }

    private static Bench bench(int workers) {
        return bench(workers, 1, 0, Duration.ZERO);
    }

    private static Bench down(Bench bench, int pid) {
        return bench.tell(new Event.HealthNotified(pid, Optional.of(REFUSED)));
    }

    private static Bench up(Bench bench, int pid) {
        return bench.tell(new Event.HealthNotified(pid, Optional.empty()));
    }

    private static Bench reload(Bench bench) {
        return bench.tell(new Event.ReloadAsked(1, "SIGHUP"));
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

    @Test
    void oneThatIsDownDoesNotCountAndIsLeftAlone() {
        Bench bench = down(bench(2), 101);

        assertThat(bench.snapshot().ready()).isEqualTo(1);
        assertThat(bench.snapshot().down()).isEqualTo(1);
        assertThat(bench.snapshot().counted(WorkerState.READY)).isEqualTo(1);
        assertThat(bench.snapshot().count(WorkerState.READY)).isEqualTo(2);
        assertThat(bench.snapshot().worker(1).orElseThrow().down()).contains(REFUSED);

        bench.pass(Duration.ofDays(1));
        assertThat(bench.signals).isEmpty();
        assertThat(bench.spawns).hasSize(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();

        assertThat(up(bench, 101).snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().worker(1).orElseThrow().down()).isEmpty();
    }

    @Test
    void oneThatIsDownBeforeItIsReadyNeverCountsForAMomentAndIsStartedAllTheSame() {
        Bench bench = Bench.started(Bench.policy(1));
        ready(down(bench, 100), 100);

        assertThat(bench.snapshot().ready()).isZero();
        assertThat(bench.snapshot().started()).isTrue();
        bench.pass(START_TIMEOUT.multipliedBy(2));
        assertThat(bench.signals).as("what is missing may be missing for all").isEmpty();
        assertThat(up(bench, 100).snapshot().ready()).isEqualTo(1);
    }

    @Test
    void aReplacementTakesOverOnceItIsUp() {
        Bench bench = reload(bench(2));
        ready(down(bench, 102), 102).pass(Duration.ofSeconds(20));
        assertThat(asked(bench)).as("the old one serves on").isEmpty();
        assertThat(bench.snapshot().rollout().active()).isTrue();

        up(bench, 102);
        assertThat(asked(bench)).containsExactly(100);
        assertThat(bench.reports(Report.WorkerTookOver.class)).hasSize(1);
    }

    @Test
    void aReloadIsAbortedWhoseFirstWorkerIsDownUntilTheStartTimeout() {
        Bench bench = reload(bench(2));
        ready(down(bench, 102), 102).pass(START_TIMEOUT.minusSeconds(1));
        assertThat(bench.snapshot().rollout().active()).isTrue();

        bench.passAndLookAgain(Duration.ofSeconds(1));
        assertThat(bench.snapshot().rollout().failure().orElseThrow())
                .isEqualTo("worker 0 (pid 102) was DOWN by its own checks for longer than the start timeout of 60 s: "
                        + REFUSED);
        assertThat(asked(bench)).containsExactly(102);
        bench.end(102, new WaitStatus.Exited(143));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().recovery().exits()).as("it does not count").isZero();
        assertThat(bench.spawns).hasSize(3);
    }

    @Test
    void aMasterThatWasPausedLooksAgain() {
        Bench bench = reload(bench(2));
        ready(down(bench, 102), 102).pass(START_TIMEOUT.multipliedBy(5));
        assertThat(bench.snapshot().rollout().active())
                .as("that it is UP may lie unread")
                .isTrue();
        up(bench, 102);
        assertThat(asked(bench)).containsExactly(100);
    }

    @Test
    void theFirstOfAReloadHasToBeUpForTheWholeSoak() {
        Duration soak = Duration.ofSeconds(30);
        Bench bench = reload(bench(2, 1, 0, soak));
        ready(up(bench, 102), 102).pass(Duration.ofSeconds(20));
        down(bench, 102).pass(Duration.ofSeconds(20));
        assertThat(asked(bench)).isEmpty();
        up(bench, 102).pass(soak.minusMillis(1));
        assertThat(asked(bench)).as("from its being UP again").isEmpty();

        bench.pass(Duration.ofMillis(1));
        assertThat(asked(bench)).containsExactly(100);
    }

    @Test
    void oneThatWasUpHasTheTimeOfAStartToBeUpAgain() {
        Bench bench = reload(bench(2, 1, 0, Duration.ofMinutes(10)));
        ready(up(bench, 102), 102).pass(Duration.ofMinutes(5));
        down(bench, 102).pass(START_TIMEOUT.minusSeconds(1));
        assertThat(bench.snapshot().rollout().active()).isTrue();

        bench.passAndLookAgain(Duration.ofSeconds(1));
        assertThat(bench.snapshot().rollout().result()).isEqualTo(Snapshot.Result.ABORTED);
    }

    @Test
    void whereTheOldOneWentFirstTheEarlierVersionComesBack() {
        Bench bench = reload(bench(3, 0, 1, Duration.ZERO));
        bench.end(asked(bench).get(0), new WaitStatus.Exited(0));
        ready(down(bench, 103), 103);
        assertThat(asked(bench)).as("the next one waits until it is UP").isEmpty();

        bench.pass(START_TIMEOUT).pass(SecondLook.PAUSE);
        assertThat(asked(bench)).containsExactly(103);
        assertThat(bench.snapshot().rollout().result()).isEqualTo(Snapshot.Result.ABORTED);
        bench.end(103, new WaitStatus.Exited(0));
        assertThat(bench.spawns.get(4).version()).isZero();
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void aRecyclingIsTriedAgainLaterAndNothingIsLostMeanwhile() {
        Bench bench = bench(2);
        bench.tell(new Event.RecycleAsked(100, "it is old"));
        ready(down(bench, 102), 102).pass(START_TIMEOUT).pass(SecondLook.PAUSE);

        assertThat(asked(bench)).containsExactly(102);
        bench.end(102, new WaitStatus.Exited(0));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        bench.pass(Policy.Replacing.RETRY);
        assertThat(bench.spawns).hasSize(4);
        ready(up(bench, 103), 103);
        assertThat(asked(bench)).containsExactly(100);
    }

    @Test
    void aRecycledOneThatWentFirstIsReplacedByOneThatIsDown() {
        Bench bench = bench(2, 0, 1, Duration.ZERO);
        bench.tell(new Event.RecycleAsked(100, "it is old"));
        bench.end(100, new WaitStatus.Exited(0));
        ready(down(bench, 102), 102).pass(START_TIMEOUT).pass(SecondLook.PAUSE);

        assertThat(asked(bench)).as("another would do no better").containsExactly(100);
        assertThat(bench.snapshot().worker(0).orElseThrow().pid()).hasValue(102);
        assertThat(bench.spawns).hasSize(3);
        assertThat(up(bench, 102).snapshot().ready()).isEqualTo(2);
    }

    @Test
    void workersThatAreDownCanBeReplacedByAReload() {
        Bench bench = reload(down(down(bench(2), 100), 101));
        ready(up(bench, 102), 102);
        assertThat(asked(bench)).as("as when it brings the right password").containsExactly(100);
        bench.end(100, new WaitStatus.Exited(0));
        ready(up(bench, 103), 103);
        bench.end(101, new WaitStatus.Exited(0));
        assertThat(bench.snapshot().rollout().result()).isEqualTo(Snapshot.Result.COMPLETED);
        assertThat(bench.snapshot().ready()).isEqualTo(2);
    }

    @Test
    void fewerAreKeptThoughOneOfThemIsDown() {
        Bench bench = down(bench(3), 100);
        bench.tell(new Event.ScaleSet(2, "scale"));
        assertThat(asked(bench)).containsExactly(102);
    }

    @Test
    void oneThatStopsIsNotDown() {
        Bench bench = bench(1);
        bench.tell(new Event.StopAsked("SIGTERM", false));
        down(bench, 100);

        assertThat(bench.snapshot().worker(0).orElseThrow().down()).isEmpty();
        assertThat(bench.supervisor.isStopping(100)).isTrue();
        assertThat(bench.supervisor.isStopping(101)).isFalse();
    }

    @Test
    void aStandbyThatIsDownDoesNotTakeOver() {
        Policy p = Bench.policy(1);
        Bench bench = Bench.allReady(
                new Policy(p.workers().withStandbys(1), p.recovery(), p.starting(), p.stopping(), p.watchdog()));
        int standby = bench.lastPid();
        ready(down(bench, standby), standby);
        bench.crash(0);

        assertThat(bench.takenOver).isEmpty();
        assertThat(bench.spawns).as("its place is filled by a start").hasSize(3);
        assertThat(bench.spawns.get(2).reason()).isEqualTo(StartReason.RECOVER);
    }

    @Test
    void whatIsNoWorkerIsNotHeard() {
        Bench bench = down(bench(1), 4711);
        assertThat(bench.snapshot().ready()).isEqualTo(1);
    }
}
