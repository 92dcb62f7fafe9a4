package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a stop, when workers have left processes behind. */
class SupervisorLeftoversTest {
    private static final WaitStatus DONE = new WaitStatus.Exited(0);
    private static final Adopted ONE = new Adopted(7, "one");
    private static final Adopted OTHER = new Adopted(8, "other");

    @Test
    void theyAreLookedForOnceTheLastGroupOfAWorkerIsGone() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.adopted.add(ONE);
        bench.tell(new Event.StopAsked("SIGTERM", true)).endLeavingGroup(100, DONE);
        assertThat(bench.looks).isZero();

        bench.tell(new Event.GroupGone(100));

        assertThat(bench.looks).isEqualTo(1);
        assertThat(bench.adoptedSignals).containsExactly(new Action.SignalAdopted(ONE, Signal.TERM));
        assertThat(bench.finished).isEmpty();
    }

    @Test
    void theStopIsOverWithTheLastOfThemIncludingThoseThatComeLater() {
        Bench bench = stopped(ONE);
        bench.adopted.set(0, OTHER);
        bench.pass(Leftovers.PAUSE);
        assertThat(bench.adoptedSignals)
                .containsExactly(
                        new Action.SignalAdopted(ONE, Signal.TERM), new Action.SignalAdopted(OTHER, Signal.TERM));
        assertThat(bench.finished).isEmpty();

        bench.adopted.clear();
        bench.pass(Leftovers.PAUSE);
        assertThat(bench.finished).contains(Outcome.STOPPED);
        assertThat(bench.supervisor.timeLeft(bench.now)).isEmpty();
    }

    @Test
    void eachIsAskedOnceAndKilledOnceWhenItsTimeIsOver() {
        Bench bench = stopped(ONE);
        bench.pass(Leftovers.PAUSE).pass(Leftovers.PAUSE);
        assertThat(bench.adoptedSignals).hasSize(1);

        bench.pass(Leftovers.GRACE).pass(Leftovers.PAUSE);

        assertThat(bench.adoptedSignals)
                .containsExactly(
                        new Action.SignalAdopted(ONE, Signal.TERM), new Action.SignalAdopted(ONE, Signal.KILL));
        assertThat(bench.finished).isEmpty();
    }

    @Test
    void theyGetNoMoreTimeThanTheStopHasLeft() {
        Bench bench = Bench.allReady(Bench.withStopping(Bench.policy(1), Duration.ZERO, Duration.ofSeconds(1)));
        bench.adopted.add(ONE);
        bench.tell(new Event.StopAsked("SIGTERM", true))
                .pass(Duration.ofMillis(700))
                .end(100, DONE);
        assertThat(bench.adoptedSignals)
                .extracting(Action.SignalAdopted::signal)
                .containsExactly(Signal.TERM);

        bench.pass(Duration.ofMillis(300));
        assertThat(bench.adoptedSignals)
                .extracting(Action.SignalAdopted::signal)
                .endsWith(Signal.KILL);
    }

    @Test
    void afterTheDeadlineAndInAHurryTheyAreKilledAtOnce() {
        Bench late = Bench.allReady(Bench.withStopping(Bench.policy(1), Duration.ZERO, Duration.ofSeconds(1)));
        late.adopted.add(ONE);
        late.tell(new Event.StopAsked("SIGTERM", true))
                .pass(Duration.ofSeconds(2))
                .end(100, DONE);
        assertThat(late.adoptedSignals).containsExactly(new Action.SignalAdopted(ONE, Signal.KILL));

        Bench hurried = stopped(ONE).pass(Stop.DOUBLE).tell(new Event.StopAsked("SIGTERM", true));
        assertThat(hurried.adoptedSignals).last().isEqualTo(new Action.SignalAdopted(ONE, Signal.KILL));

        Bench early = Bench.allReady(Bench.policy(1));
        early.adopted.add(ONE);
        early.tell(new Event.StopAsked("SIGTERM", true))
                .pass(Stop.DOUBLE)
                .tell(new Event.StopAsked("SIGTERM", true))
                .end(100, DONE);
        assertThat(early.adoptedSignals).containsExactly(new Action.SignalAdopted(ONE, Signal.KILL));
    }

    @Test
    void whatSurvivesSigkillIsNamedAndIsTheOutcome() {
        Bench bench = stopped(ONE).pass(Stop.DOUBLE).tell(new Event.StopAsked("SIGTERM", true));
        bench.pass(Termination.KILL_PATIENCE.minus(Leftovers.PAUSE));
        assertThat(bench.finished).isEmpty();

        bench.pass(Leftovers.PAUSE);

        assertThat(bench.reports(Report.AdoptedAbandoned.class)).containsExactly(new Report.AdoptedAbandoned(ONE));
        assertThat(bench.finished).contains(Outcome.NOT_ENDED);
        assertThat(bench.snapshot().lastExit()).contains("pid 7 (one) survived SIGKILL");
    }

    @Test
    void aWorkerThatWasAbandonedIsNotWaitedForASecondTime() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.adopted.add(new Adopted(100, "worker"));
        bench.tell(new Event.StopAsked("SIGTERM", true))
                .pass(Duration.ofSeconds(20))
                .passAndLookAgain(Termination.KILL_PATIENCE);

        assertThat(bench.finished).contains(Outcome.NOT_ENDED);
        assertThat(bench.adoptedSignals).isEmpty();
        assertThat(bench.snapshot().lastExit()).contains("worker 0 (pid 100) survived SIGKILL");
    }

    /** What the stop waited for in vain would have been killed with the group or session. */
    @Test
    void whatAnEndedWorkersGroupOrSessionKeepsIsNamedWithoutASecondLongWait() {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.tell(new Event.StopAsked("SIGTERM", true)).endLeavingGroup(100, DONE);
        bench.adopted.add(ONE);
        bench.pass(Duration.ofSeconds(20)).passAndLookAgain(Termination.KILL_PATIENCE);
        assertThat(bench.reports(Report.WorkerAbandoned.class))
                .extracting(Report.WorkerAbandoned::survivor)
                .containsExactly("worker 0 (pid 100) has ended, but a process that it started");
        assertThat(bench.adoptedSignals).containsExactly(new Action.SignalAdopted(ONE, Signal.KILL));
        assertThat(bench.finished).isEmpty();

        bench.pass(Leftovers.LAST_PATIENCE);

        assertThat(bench.finished).contains(Outcome.NOT_ENDED);
        assertThat(bench.snapshot().lastExit()).contains("pid 7 (one) survived SIGKILL");
    }

    @Test
    void aGraverReasonStaysTheOutcome() {
        Bench bench = Bench.allReady(Bench.policy(1)).tell(new Event.Failed("a hook"));
        bench.pass(Duration.ofSeconds(20)).passAndLookAgain(Termination.KILL_PATIENCE);

        assertThat(bench.reports(Report.WorkerAbandoned.class)).hasSize(1);
        assertThat(bench.finished).contains(Outcome.FAILED);
    }

    /** Asked to stop, its worker gone, these left. */
    private static Bench stopped(Adopted... left) {
        Bench bench = Bench.allReady(Bench.policy(1));
        bench.adopted.addAll(List.of(left));
        return bench.tell(new Event.StopAsked("SIGTERM", true)).end(100, DONE);
    }
}
