package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import org.junit.jupiter.api.Test;

/** A worker is killed because that was asked for. */
class SupervisorKillTest {
    private static final WaitStatus KILLED = new WaitStatus.Signaled(9, false);
    private static final String WHY = "asked by pid 7, uid 0";

    private static Bench kill(Bench bench, int pid) {
        return bench.tell(new Event.KillAsked(pid, WHY));
    }

    @Test
    void atOnceWithoutBeingAskedToStop() {
        Bench bench = kill(Bench.allReady(Bench.policy(2)), 101);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.KILL));
        assertThat(bench.reports(Report.WorkerStopping.class)).containsExactly(new Report.WorkerStopping(1, 101, WHY));
        assertThat(bench.reports(Report.WorkerKilled.class)).containsExactly(new Report.WorkerKilled(1, 101, true));
    }

    @Test
    void itsSuccessorStartsAtOnceAndItsEndDoesNotCount() {
        Bench bench = kill(Bench.allReady(Bench.policy(2)), 101);
        assertThat(bench.spawns).hasSize(2);
        bench.end(101, KILLED);
        assertThat(bench.spawns).hasSize(3);
        assertThat(bench.spawns.get(2).slot()).isEqualTo(1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.reports(Report.WorkerExited.class)).singleElement().satisfies(exited -> {
            assertThat(exited.exit().planned()).isTrue();
            assertThat(exited.exit().cause()).isEqualTo(Exit.Cause.KILLED);
        });
    }

    @Test
    void manyTimesOverItNeverEndsTheMaster() {
        Bench bench = Bench.allReady(Bench.policy(1));
        for (int pid = 100; pid < 120; pid++) {
            kill(bench, pid).end(pid, KILLED);
            assertThat(bench.spawns).hasSize(pid - 98);
            bench.tell(new Event.ReadyNotified(pid + 1));
        }
        assertThat(bench.reports(Report.RecoveryDelayed.class)).isEmpty();
        assertThat(bench.snapshot().stopping()).isFalse();
    }

    @Test
    void oneThatStartsIsKilledToo() {
        Bench bench = Bench.started(Bench.policy(2));
        kill(bench, 100);
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.KILL));
        bench.end(100, KILLED);
        assertThat(bench.snapshot().recovery().exits()).isZero();
        assertThat(bench.spawns.get(2).slot()).isZero();
    }

    @Test
    void oneThatIsOnItsWayOutIsNotWaitedFor() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.ScaleSet(1, "test"));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(101, Signal.TERM));
        kill(kill(bench, 101), 101);
        assertThat(bench.takeSignals()).as("once").containsExactly(new Action.SignalGroup(101, Signal.KILL));
        bench.end(101, KILLED);
        assertThat(bench.spawns).hasSize(2);
    }

    @Test
    void aReplacementThatHasNotTakenOverIsLeftAlone() {
        Bench bench = Bench.allReady(Bench.policy(2)).tell(new Event.RecycleAsked(100, "test"));
        assertThat(bench.spawns).hasSize(3);
        kill(bench, 102);
        assertThat(bench.takeSignals()).isEmpty();
        bench.tell(new Event.ReadyNotified(102));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.TERM));
    }

    @Test
    void inAReloadTheOldOneIsReplacedAllTheSame() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.ReloadAsked(1, "test"));
        kill(bench, 100).end(100, KILLED);
        for (int pid = 101; pid < 100 + bench.spawns.size(); pid++) {
            bench.tell(new Event.ReadyNotified(pid));
        }
        assertThat(bench.reports(Report.RolloutAborted.class)).isEmpty();
        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void whatIsNoWorkerIsNotKilled() {
        Bench bench = kill(Bench.allReady(Bench.policy(1)), 4711);
        assertThat(bench.takeSignals()).isEmpty();
    }
}
