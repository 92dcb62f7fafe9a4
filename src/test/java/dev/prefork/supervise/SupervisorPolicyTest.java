package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Other rules while workers run: what begins from then on follows them, what is under way does not. */
class SupervisorPolicyTest {
    private static final WaitStatus EXITED = new WaitStatus.Exited(0);

    private static Bench follow(Bench bench, Policy policy) {
        return bench.tell(new Event.PolicySet(policy, "SIGHUP"));
    }

    private static Policy startingWithin(int workers, Duration timeout) {
        Policy policy = Bench.withThreshold(Bench.policy(workers), 9, Duration.ofSeconds(60));
        return new Policy(
                policy.workers(),
                policy.recovery(),
                new Policy.Starting(timeout, Readiness.notification(), workers),
                policy.stopping(),
                policy.watchdog());
    }

    private static Policy.Replacing replacing(int surge, Duration soak, Optional<Duration> lifetime) {
        return new Policy.Replacing(surge, 0, soak, lifetime, Duration.ZERO);
    }

    private static Policy replacing(int workers, Policy.Replacing replacing) {
        return Bench.withReplacing(Bench.policy(workers), replacing);
    }

    @Test
    void anotherThresholdCountsTheExitsOfBefore() {
        Bench bench = Bench.allReady(Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(60)));
        bench.crash(0).crash(1);

        follow(bench, Bench.withThreshold(Bench.policy(3), 2, Duration.ofSeconds(60)));

        assertThat(bench.snapshot().recovery().threshold()).isEqualTo(2);
        assertThat(bench.snapshot().stopping()).isFalse();
        assertThat(bench.crash(2).snapshot().stopping()).isTrue();
    }

    @Test
    void aShorterWindowForgetsWhatIsOlder() {
        Bench bench = Bench.allReady(Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(60)));
        bench.crash(0).tell(new Event.ReadyNotified(103)).pass(Duration.ofSeconds(30));

        follow(bench, Bench.withThreshold(Bench.policy(3), 5, Duration.ofSeconds(10)));

        assertThat(bench.snapshot().recovery().exits()).isZero();
    }

    @Test
    void theWaitBeforeTheNextRespawnIsAnother() {
        Bench bench = Bench.allReady(Bench.policy(2));

        follow(bench, Bench.withInterval(Bench.policy(2), Duration.ofSeconds(7), Duration.ofSeconds(30)));

        bench.crash(0).pass(Duration.ofSeconds(7).minusMillis(1));
        assertThat(bench.spawns).hasSize(2);
        assertThat(bench.pass(Duration.ofMillis(1)).spawns).hasSize(3);
    }

    @Test
    void oneThatStartsKeepsItsTimeAndTheNextHasAnother() {
        Bench bench = Bench.allReady(startingWithin(2, Duration.ofSeconds(60))).crash(0);

        follow(bench, startingWithin(2, Duration.ofSeconds(5)));

        bench.passAndLookAgain(Duration.ofSeconds(59));
        assertThat(bench.reports(Report.WorkerStopping.class)).isEmpty();
        bench.passAndLookAgain(Duration.ofMillis(750));
        assertThat(bench.reports(Report.WorkerStopping.class))
                .extracting(Report.WorkerStopping::why)
                .containsExactly("not ready after 60000 ms");
        bench.end(102, EXITED).pass(Duration.ofSeconds(1));
        bench.passAndLookAgain(Duration.ofSeconds(5)).passAndLookAgain(Duration.ofSeconds(5));
        assertThat(bench.reports(Report.WorkerStopping.class))
                .last()
                .extracting(Report.WorkerStopping::why)
                .isEqualTo("not ready after 5000 ms");
    }

    @Test
    void oneThatIsAskedToStopKeepsItsGracePeriodAndTheNextHasAnother() {
        Bench bench = Bench.allReady(Bench.policy(3));
        bench.tell(new Event.ScaleAsked(-1, "SIGTTOU"));

        follow(bench, Bench.withStopping(Bench.policy(3), Duration.ZERO, Duration.ofSeconds(2)));

        bench.tell(new Event.ScaleAsked(-1, "SIGTTOU")).pass(Duration.ofSeconds(2));
        assertThat(bench.reports(Report.WorkerKilled.class))
                .extracting(Report.WorkerKilled::pid)
                .containsExactly(101);
        bench.pass(Duration.ofSeconds(18).minusMillis(1));
        assertThat(bench.reports(Report.WorkerKilled.class)).hasSize(1);
        bench.pass(Duration.ofMillis(1));
        assertThat(bench.reports(Report.WorkerKilled.class)).hasSize(2);
    }

    @Test
    void workersAreAskedByAnotherSignal() {
        Bench bench = Bench.allReady(Bench.policy(1));

        follow(bench, Bench.withStopSignal(Bench.policy(1), Signal.QUIT));

        bench.tell(new Event.StopAsked("SIGTERM", false));
        assertThat(bench.takeSignals()).containsExactly(new Action.SignalGroup(100, Signal.QUIT));
    }

    @Test
    void aStopServesForAnotherDrainDelay() {
        Bench bench = Bench.allReady(Bench.policy(1));

        follow(bench, Bench.withStopping(Bench.policy(1), Duration.ofSeconds(3), Duration.ofSeconds(20)));

        bench.tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.reports(Report.DrainBegan.class))
                .containsExactly(new Report.DrainBegan(Duration.ofSeconds(3).toNanos()));
    }

    @Test
    void aStopThatHasBegunKeepsItsRules() {
        Bench bench =
                Bench.allReady(Bench.withStopping(Bench.policy(1), Duration.ofSeconds(3), Duration.ofSeconds(20)));
        bench.tell(new Event.StopAsked("SIGTERM", true));

        follow(bench, Bench.withStopping(Bench.policy(1), Duration.ofHours(1), Duration.ofHours(1)));

        bench.pass(Duration.ofSeconds(3));
        assertThat(bench.takeSignals()).extracting(Action.SignalGroup::pid).containsExactly(100);
        bench.pass(Duration.ofSeconds(20));
        assertThat(bench.reports(Report.WorkerKilled.class)).hasSize(1);
    }

    @Test
    void aReloadThatFollowsReplacesByThem() {
        Bench bench = Bench.allReady(replacing(3, Policy.Replacing.ONE_MORE));

        follow(bench, replacing(3, replacing(2, Duration.ofSeconds(4), Optional.empty())));
        bench.tell(new Event.ReloadAsked(1, "SIGHUP"));

        bench.tell(new Event.ReadyNotified(103)).pass(Duration.ofSeconds(4).minusMillis(1));
        assertThat(bench.spawns).as("the first one soaks").hasSize(4);
        bench.pass(Duration.ofMillis(1)).end(100, EXITED);
        assertThat(bench.spawns).as("two at a time").hasSize(6);
    }

    @Test
    void onlyThoseThatBecomeReadyFromThenOnHaveAnotherLifetime() {
        Bench bench = Bench.allReady(replacing(2, Policy.Replacing.ONE_MORE));

        follow(bench, replacing(2, replacing(1, Duration.ZERO, Optional.of(Duration.ofMinutes(1)))));

        bench.crash(0).tell(new Event.ReadyNotified(102)).pass(Duration.ofMinutes(1));
        assertThat(bench.reports(Report.RecycleAsked.class))
                .containsExactly(new Report.RecycleAsked(0, 102, "it has reached its lifetime of 60 s"));
    }

    @Test
    void theLineNamesTheLifetimeThatIsOver() {
        Bench bench = Bench.allReady(replacing(1, replacing(1, Duration.ZERO, Optional.of(Duration.ofMinutes(1)))));

        follow(bench, replacing(1, replacing(1, Duration.ZERO, Optional.of(Duration.ofHours(2)))));

        bench.pass(Duration.ofMinutes(1)).tell(new Event.ReadyNotified(101)).end(100, EXITED);
        bench.pass(Duration.ofHours(2));
        assertThat(bench.reports(Report.RecycleAsked.class))
                .extracting(Report.RecycleAsked::why)
                .containsExactly("it has reached its lifetime of 60 s", "it has reached its lifetime of 7200 s");
    }

    @Test
    void aLifetimeThatIsNoRuleAnyMoreEndsNone() {
        Bench bench = Bench.allReady(replacing(2, replacing(1, Duration.ZERO, Optional.of(Duration.ofMinutes(1)))));

        follow(bench, replacing(2, Policy.Replacing.ONE_MORE));

        bench.pass(Duration.ofMinutes(2));
        assertThat(bench.reports(Report.RecycleAsked.class)).isEmpty();
        assertThat(bench.spawns).hasSize(2);
    }

    @Test
    void fewerWorkersThanTheyAllowBecomeMore() {
        Bench bench = Bench.allReady(Bench.policy(2));

        follow(bench, Bench.withLeast(Bench.policy(3), 3));

        assertThat(bench.reports(Report.Scaled.class)).containsExactly(new Report.Scaled(2, 3, "SIGHUP"));
        bench.tell(new Event.ScaleAsked(-1, "SIGTTOU"));
        assertThat(bench.snapshot().desired()).isEqualTo(3);
    }
}
