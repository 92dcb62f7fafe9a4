package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import org.junit.jupiter.api.Test;

/** What there is to be seen of a reload that is over, or that could not begin. */
class SupervisorReloadResultTest {
    private static Bench bench(int workers) {
        return Bench.allReady(Bench.withReplacing(Bench.policy(workers), Policy.Replacing.ONE_MORE));
    }

    private static Bench reload(Bench bench, int version) {
        return bench.tell(new Event.ReloadAsked(version, "SIGHUP"));
    }

    private static Bench ready(Bench bench, int pid) {
        return bench.tell(new Event.ReadyNotified(pid));
    }

    private static Bench end(Bench bench, int pid) {
        return bench.end(pid, new WaitStatus.Exited(0));
    }

    @Test
    void whatCannotEvenBeginIsToldUntilOneBegins() {
        Bench bench = bench(1);
        bench.tell(new Event.ReloadRefused("unknown key prefork.wrokers"));

        assertThat(bench.snapshot().rollout())
                .isEqualTo(new Snapshot.Rollout(
                        false, 0, 0, 0, Snapshot.Setback.ofRefusal("unknown key prefork.wrokers")));
        assertThat(bench.snapshot().rollout().result()).isEqualTo(Snapshot.Result.REFUSED);
        assertThat(bench.spawns).hasSize(1);

        reload(bench, 1);
        assertThat(bench.snapshot().rollout().hasFailed()).isFalse();
    }

    @Test
    void whatCannotBeginTakesNothingBackOfWhatHasFailedBefore() {
        Bench bench = reload(bench(1), 1).end(101, new WaitStatus.Exited(7));
        bench.tell(new Event.ReloadRefused("unknown key prefork.wrokers"));

        Snapshot.Rollout rollout = bench.snapshot().rollout();
        assertThat(rollout.failure()).contains("worker 0 (pid 101) exit code 7");
        assertThat(rollout.refusal()).contains("unknown key prefork.wrokers");
        assertThat(rollout.result()).isEqualTo(Snapshot.Result.REFUSED);
        assertThat(rollout.reason()).as("of the last one").contains("unknown key prefork.wrokers");
    }

    @Test
    void oneThatCannotBeginLeavesTheOneInCourseAlone() {
        Bench bench = reload(bench(1), 1).tell(new Event.ReloadRefused("unknown key prefork.wrokers"));
        assertThat(bench.snapshot().rollout().result()).isEqualTo(Snapshot.Result.ACTIVE);

        end(ready(bench, 101), 100);

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.snapshot().rollout().result())
                .as("the workers are not what they were meant to be last")
                .isEqualTo(Snapshot.Result.REFUSED);
    }

    @Test
    void aStopAbortsItAndThatIsToldLikeAnyOtherAbort() {
        Bench bench = reload(bench(3), 1);
        end(ready(bench, 103), 100).tell(new Event.StopAsked("SIGTERM", true));

        Report.RolloutAborted aborted = new Report.RolloutAborted(1, "a stop has begun", 2, 3);
        assertThat(bench.reports(Report.RolloutAborted.class)).containsExactly(aborted);
        assertThat(aborted.byStop()).isTrue();
        assertThat(new Report.RolloutAborted(1, "exit code 7", 2, 3).byStop()).isFalse();
        assertThat(bench.snapshot().rollout()).isEqualTo(new Snapshot.Rollout(false, 1, 1, 3, Snapshot.Setback.STOP));
        assertThat(bench.snapshot().rollout().result()).isEqualTo(Snapshot.Result.ABORTED);
        assertThat(bench.snapshot().rollout().reason()).contains("a stop has begun");
        assertThat(bench.snapshot().rollout().hasFailed())
                .as("nothing is wrong with it")
                .isFalse();
    }

    @Test
    void oneThatIsOverIsWhatItWasInAStop() {
        Bench bench = end(ready(reload(bench(1), 1), 101), 100).tell(new Event.StopAsked("SIGTERM", false));

        assertThat(bench.reports(Report.RolloutCompleted.class)).hasSize(1);
        assertThat(bench.reports(Report.RolloutAborted.class)).isEmpty();
        assertThat(bench.snapshot().rollout().failure()).isEmpty();
    }
}
