package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many workers start at once follows what the first starts cost. */
class SupervisorStartCostTest {
    private static final long CHEAP = Duration.ofMillis(10).toNanos();
    private static final long COSTLY = Duration.ofSeconds(3).toNanos();

    private static Bench bench(int workers, Readiness readiness) {
        return new Bench(Bench.withReadiness(Bench.withAtOnce(Bench.policy(workers), 2), readiness));
    }

    @Test
    void whatCostsNextToNothingIsStartedAllAtOnceOnceThatIsKnown() {
        Bench bench =
                bench(80, Readiness.notification()).answerStarts(CHEAP, true).run();
        assertThat(bench.spawnedSlots).as("nothing is known yet").hasSize(2);

        bench.tell(new Event.ReadyNotified(100));

        assertThat(bench.startsMeasured).containsExactly(100);
        assertThat(bench.spawnedSlots).hasSize(80);
        assertThat(bench.reports(Report.StartsAreCheap.class)).containsExactly(new Report.StartsAreCheap(CHEAP, 100));
    }

    @Test
    void togetherTheyKeepTheProcessorsBusyForHalfASecond() {
        Bench bench = bench(80, Readiness.notification())
                .answerStarts(Duration.ofMillis(200).toNanos(), true)
                .run();
        bench.tell(new Event.ReadyNotified(100));

        assertThat(bench.spawnedSlots)
                .as("one that is ready, and five on their way")
                .hasSize(6);
    }

    @Test
    void whatIsCostlyIsStartedAsSlowlyAsBeforeItWasKnown() {
        Bench bench =
                bench(80, Readiness.notification()).answerStarts(COSTLY, true).run();
        for (int ready = 0; ready < 10; ready++) {
            bench.tell(new Event.ReadyNotified(100 + ready));
            assertThat(bench.spawnedSlots).hasSize(3 + ready);
        }
        assertThat(bench.reports(Report.StartsAreCheap.class)).isEmpty();
    }

    @Test
    void theMostExpensiveOfTheLastStartsCountsAndIsForgotten() {
        Bench bench =
                bench(500, Readiness.notification()).answerStarts(COSTLY, true).run();
        bench.tell(new Event.ReadyNotified(100)).answerStarts(CHEAP, true);
        for (int ready = 1; ready < 8; ready++) {
            bench.tell(new Event.ReadyNotified(100 + ready));
        }
        assertThat(bench.spawnedSlots)
                .as("the costly one is among the last eight")
                .hasSize(10);

        bench.tell(new Event.ReadyNotified(108));
        assertThat(bench.spawnedSlots)
                .as("nine are ready, a hundred on their way")
                .hasSize(109);
    }

    @Test
    void ofWorkersThatAreReadyByTheClockTheStartIsLookedAtWhenItIsTheOthersTurn() {
        Bench bench = bench(80, Readiness.after(Duration.ofSeconds(30)))
                .answerStarts(CHEAP, true)
                .run();
        assertThat(bench.spawnedSlots).hasSize(2);

        bench.pass(Duration.ofMillis(100));
        assertThat(bench.startsMeasured).containsExactly(100, 101);
        assertThat(bench.spawnedSlots).hasSize(80);
    }

    @Test
    void oneThatIsStillBusyThenHasNotShownWhatItCosts() {
        Bench bench = bench(80, Readiness.after(Duration.ofSeconds(30)))
                .answerStarts(CHEAP, false)
                .run();
        bench.pass(Duration.ofMillis(100));
        assertThat(bench.startsMeasured).hasSize(2);
        assertThat(bench.spawnedSlots).hasSize(4);

        bench.answerStarts(COSTLY, false).pass(Duration.ofSeconds(30));
        bench.pass(Duration.ofMillis(100));
        assertThat(bench.reports(Report.StartsAreCheap.class)).isEmpty();
    }

    @Test
    void noStartIsLookedAtWhileNoneWaits() {
        Bench bench =
                bench(2, Readiness.notification()).answerStarts(CHEAP, true).run();
        bench.tell(new Event.ReadyNotified(100)).tell(new Event.ReadyNotified(101));

        assertThat(bench.startsMeasured).isEmpty();
    }

    @Test
    void whatCannotBeSeenChangesNothing() {
        Bench bench = bench(80, Readiness.notification()).run();
        bench.tell(new Event.ReadyNotified(100));

        assertThat(bench.startsMeasured).containsExactly(100);
        assertThat(bench.spawnedSlots).hasSize(3);
    }

    @Test
    void thoseThatKeepAllProcessorsBusyStartOneAfterTheOther() {
        Bench bench = new Bench(Bench.withYoung(Bench.policy(4), 2, 1)).run();
        assertThat(bench.spawnedSlots).containsExactly(0);

        bench.tell(new Event.ReadyNotified(100));
        assertThat(bench.spawnedSlots).containsExactly(0, 1);

        bench.pass(Policy.Starting.YOUTH.minusMillis(1));
        assertThat(bench.spawnedSlots).hasSize(2);
        bench.pass(Duration.ofMillis(1));
        assertThat(bench.spawnedSlots)
                .as("one that hangs keeps no other waiting")
                .containsExactly(0, 1, 2);

        bench.pass(Policy.Starting.YOUTH);
        assertThat(bench.spawnedSlots).as("two at once are the most").hasSize(3);
    }

    @Test
    void howYoungTheyAreMattersNoMoreOnceTheyAreSeenToBeCheap() {
        Bench bench = new Bench(Bench.withYoung(Bench.policy(40), 2, 1))
                .answerStarts(CHEAP, true)
                .run();
        bench.tell(new Event.ReadyNotified(100));
        assertThat(bench.spawnedSlots).hasSize(40);
    }

    @Test
    void aWorkerThatIsGoneIsForgottenOnceAndOnlyThen() {
        Policy policy = Bench.withThreshold(Bench.policy(2), 5, Duration.ofSeconds(60));
        Bench bench = Bench.allReady(policy);
        bench.crash(0);
        assertThat(bench.forgotten).containsExactly(100);

        bench.tell(new Event.ScaleSet(1, "test")).tell(new Event.ReadyNotified(102));
        bench.endLeavingGroup(101, new WaitStatus.Exited(143));
        assertThat(bench.forgotten).as("what it left may still send").containsExactly(100);
        bench.tell(new Event.GroupGone(101));
        assertThat(bench.forgotten).containsExactly(100, 101);
    }
}
