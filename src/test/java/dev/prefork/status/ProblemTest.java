package dev.prefork.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.procfs.Halt;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProblemTest {
    private final SeenSamples pod = new SeenSamples();

    private List<String> texts() {
        return Problem.of(pod.seen()).stream().map(Problem::text).toList();
    }

    private String state() {
        return Problem.state(pod.seen(), Problem.of(pod.seen()));
    }

    @Test
    void aHealthyPodHasNone() {
        assertThat(texts()).isEmpty();
        assertThat(state()).isEqualTo("serving");
    }

    @Test
    void tooFewReadyWorkersAreAnError() {
        pod.workers = List.of(SeenSamples.worker(0, 100, WorkerState.STARTING), SeenSamples.waiting(1, 1));
        pod.exits = List.of(SeenSamples.exit("worker 1 (pid 101) exit code 1"));

        assertThat(Problem.of(pod.seen()).get(0))
                .isEqualTo(new Problem(
                        Problem.Severity.ERROR,
                        OptionalInt.empty(),
                        "not ready: 0 of 2 workers are ready, at least 1 must be"));
        assertThat(state()).isEqualTo("not-ready");
    }

    @Test
    void aWorkerWhoseOwnChecksAreDownIsAWarningThatNamesThem() {
        pod.workers.set(1, SeenSamples.down(1, 101, "database: refused"));

        assertThat(Problem.of(pod.seen()))
                .containsExactly(
                        new Problem(Problem.Severity.WARNING, OptionalInt.empty(), "1 of 2 workers are ready"),
                        new Problem(
                                Problem.Severity.WARNING,
                                OptionalInt.of(1),
                                "worker 1 is not ready by its own checks: database: refused"));
        assertThat(state()).isEqualTo("degraded");
        pod.workers.set(0, SeenSamples.down(0, 100, "database: refused"));
        assertThat(state()).isEqualTo("not-ready");
    }

    @Test
    void aMissingWorkerIsAWarningAndTheLastExitTellsWhy() {
        pod.workers.set(1, SeenSamples.waiting(1, 2 * SeenSamples.SECOND));
        pod.exits = List.of(SeenSamples.exit("worker 1 (pid 101) exit code 1"));

        assertThat(Problem.of(pod.seen()))
                .containsExactly(
                        new Problem(Problem.Severity.WARNING, OptionalInt.empty(), "1 of 2 workers are ready"),
                        new Problem(
                                Problem.Severity.WARNING,
                                OptionalInt.empty(),
                                "1 unexpected exit in the window, more than 1 end the pod; the last: worker 1 (pid 101)"
                                        + " exit code 1"),
                        new Problem(
                                Problem.Severity.WARNING,
                                OptionalInt.of(1),
                                "worker 1 restarts after a wait of 2.0 s"));
        assertThat(state()).isEqualTo("degraded");
    }

    @Test
    void anAbortedReloadIsAnErrorWithItsReason() {
        pod.rollout =
                new Snapshot.Rollout(false, 4, 1, 2, Snapshot.Setback.ofFailure("worker 0 (pid 102) exit code 7"));

        assertThat(texts()).containsExactly("reload aborted: worker 0 (pid 102) exit code 7");
        assertThat(state()).isEqualTo("degraded");
    }

    @Test
    void soIsARefusedOneButNotOneThatAStopEnds() {
        pod.rollout = new Snapshot.Rollout(false, 4, 2, 2, Snapshot.Setback.ofRefusal("unknown key"));
        assertThat(texts()).containsExactly("reload refused: unknown key");

        pod.rollout = new Snapshot.Rollout(false, 4, 1, 2, Snapshot.Setback.STOP);
        assertThat(texts()).isEmpty();
    }

    @Test
    void aStalledListenerIsAnError() {
        pod.listeners = List.of(
                new ListenerStatus("http", "tcp4://0.0.0.0:8080", 12, 4096, 7.4),
                new ListenerStatus("admin", "unix:///run/admin.sock", 0, 128, 0));

        assertThat(texts()).containsExactly("no connection on http has been accepted for 7 s while 12 wait");
    }

    @Test
    void aLoopThatDoesNotAnswerComesFirst() {
        pod.health = new Health(false, true, true, false, 1);
        pod.rollout = new Snapshot.Rollout(false, 4, 1, 2, Snapshot.Setback.ofFailure("x"));

        assertThat(texts()).first().isEqualTo("the supervising loop does not answer");
    }

    @Test
    void errorsComeBeforeWarnings() {
        pod.workers.set(1, SeenSamples.waiting(1, SeenSamples.SECOND));
        pod.listeners = List.of(new ListenerStatus("http", "tcp4://0.0.0.0:8080", 12, 4096, 7.4));

        assertThat(Problem.of(pod.seen()).stream().map(Problem::severity))
                .isSorted()
                .contains(Problem.Severity.ERROR, Problem.Severity.WARNING);
    }

    @Test
    void aStartIsNotAFailure() {
        pod.started = false;
        pod.workers = List.of(
                SeenSamples.worker(0, 100, WorkerState.STARTING), SeenSamples.worker(1, 101, WorkerState.STARTING));
        assertThat(state()).isEqualTo("starting");
        assertThat(Problem.of(pod.seen()))
                .containsExactly(new Problem(
                        Problem.Severity.WARNING, OptionalInt.empty(), "starting: 0 of 2 workers are ready"));
    }

    @Test
    void aStopIsSaidByItsPhaseAndNothingElseIsMissed() {
        pod.workers = List.of();
        pod.desired = 0;
        pod.stop = StopPhase.UNREADY;
        assertThat(texts()).containsExactly("draining: unready, but still serving");
        assertThat(state()).isEqualTo("draining");
        pod.stop = StopPhase.EMPTYING;
        assertThat(state()).isEqualTo("draining");
        pod.stop = StopPhase.ENDING;
        assertThat(texts()).containsExactly("stopping");
        assertThat(state()).isEqualTo("stopping");
    }

    @Test
    void aWorkerThatDoesNotRunIsAWarning() {
        pod.halted = Optional.of(new Halts.Halted(Halt.Kind.STOPPED, 12.2));
        assertThat(Problem.of(pod.seen()))
                .containsExactly(new Problem(
                        Problem.Severity.WARNING,
                        OptionalInt.of(0),
                        "worker 0 (pid 100) has been stopped by a signal such as SIGSTOP for 12 s at least: kill -CONT 100"
                                + " lets it go on, prefork kill 0 --now replaces it"));
        assertThat(state()).isEqualTo("degraded");

        pod.halted = Optional.of(new Halts.Halted(Halt.Kind.TRACED, 0));
        assertThat(texts())
                .containsExactly("worker 0 (pid 100) has been stopped by a debugger: it goes on when that lets it");
        pod.halted = Optional.of(new Halts.Halted(Halt.Kind.UNINTERRUPTIBLE, 60));
        assertThat(texts())
                .singleElement()
                .asString()
                .startsWith("worker 0 (pid 100) has waited in the kernel for 60 s at least, where no signal ends it: ");
    }

    @Test
    void ofManyWorkersThatWaitTwentyAreNamed() {
        pod.desired = 200;
        pod.workers = new java.util.ArrayList<>();
        for (int slot = 0; slot < 200; slot++) {
            pod.workers.add(SeenSamples.waiting(slot, SeenSamples.SECOND));
        }
        assertThat(Problem.of(pod.seen()).stream().filter(each -> each.slot().isPresent()))
                .hasSize(20);
    }
}
