package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Workers are replaced because they are old, or because that was asked for. */
class SupervisorRecycleTest {
    private static final WaitStatus EXITED = new WaitStatus.Exited(0);

    private static Bench living(Duration lifetime) {
        return Bench.allReady(Bench.withReplacing(
                Bench.policy(3),
                new Policy.Replacing(1, 0, Duration.ZERO, Optional.of(lifetime), Duration.ofSeconds(10))));
    }

    private static Bench ask(Bench bench, int pid) {
        return bench.tell(new Event.RecycleAsked(pid, "it asked for it"));
    }

    @Test
    void oneAtATimeTheNewOneFirst() {
        Bench bench = Bench.allReady(Bench.policy(3));
        ask(ask(ask(bench, 101), 102), 101);
        assertThat(bench.reports(Report.RecycleAsked.class)).hasSize(2);
        assertThat(bench.spawns.get(3)).isEqualTo(new Action.Spawn(1 << 20, 1, 0, StartReason.RECYCLE));
        assertThat(bench.spawns).hasSize(4);

        bench.tell(new Event.ReadyNotified(103));
        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(101);
        assertThat(bench.spawns).hasSize(4);
        bench.end(101, EXITED);
        assertThat(bench.spawns.get(4).slot()).isEqualTo(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void aFailedOneIsTriedAgainLaterAndTheOldOneStays() {
        Bench bench = ask(Bench.allReady(Bench.policy(2)), 100);
        bench.end(102, new WaitStatus.Exited(1));
        assertThat(bench.snapshot().ready()).isEqualTo(2);
        assertThat(bench.snapshot().recovery().exits()).isZero();

        bench.pass(Policy.Replacing.RETRY.minusMillis(1));
        assertThat(bench.spawns).hasSize(3);
        bench.pass(Duration.ofMillis(1));
        assertThat(bench.spawns).hasSize(4);
        assertThat(bench.reports(Report.RecycleAsked.class)).hasSize(1);
    }

    @Test
    void afterItsLifetimeButByChanceSomewhatEarlierOrLater() {
        // The bench's chance is always 0, which is the earliest.
        Bench bench = living(Duration.ofMinutes(1)).pass(Duration.ofSeconds(50).minusMillis(1));
        assertThat(bench.spawns).hasSize(3);

        bench.pass(Duration.ofMillis(1));
        assertThat(bench.reports(Report.RecycleAsked.class)).hasSize(3);
        assertThat(bench.spawns).hasSize(4);
    }

    @Test
    void whileOneIsMissingNoneIsTakenAway() {
        Bench bench = Bench.allReady(Bench.policy(3));
        bench.crash(2);
        ask(bench, 100);
        assertThat(bench.spawns).as("it is recovered").hasSize(4);

        bench.tell(new Event.ReadyNotified(103));
        assertThat(bench.spawns).hasSize(5);
    }

    @Test
    void oneThatEndsBeforeIsRecoveredAndNoLongerReplaced() {
        Bench bench = ask(Bench.allReady(Bench.policy(2)), 100);
        bench.crash(0);
        bench.tell(new Event.ReadyNotified(103));

        assertThat(bench.takeSignals())
                .extracting(Action.SignalGroup::pid)
                .as("the replacement")
                .contains(102);
        assertThat(bench.snapshot().worker(0).orElseThrow().pid()).hasValue(103);
    }

    @Test
    void aReloadComesFirstAndIsEnough() {
        Bench bench = ask(Bench.allReady(Bench.policy(2)), 100);
        bench.tell(new Event.ReloadAsked(1, "SIGHUP"));
        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(102);
        bench.end(102, EXITED);
        bench.tell(new Event.ReadyNotified(103)).end(100, EXITED);
        bench.tell(new Event.ReadyNotified(104)).end(101, EXITED);

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.spawns).hasSize(5);
    }

    @Test
    void ofAStrangerNothingIsHeard() {
        assertThat(ask(Bench.allReady(Bench.policy(2)), 7).reports(Report.RecycleAsked.class))
                .isEmpty();
    }
}
