package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.StopPhase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RolloutMetersTest {
    private Snapshot.Rollout rollout = Snapshot.Rollout.NONE;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long now = Long.MAX_VALUE - 5;
    private final RolloutMeters meters =
            new RolloutMeters(this::snapshot, () -> rules(Duration.ofSeconds(30)), () -> now);

    private Snapshot snapshot() {
        return new Snapshot(
                1,
                List.of(),
                new Snapshot.Startup(true, 1, OptionalLong.empty()),
                new Snapshot.Course(StopPhase.NONE, rollout),
                new Snapshot.Recovery(0, 1, List.of()));
    }

    private static Policy rules(Duration soak) {
        return new Policy(
                new Policy.Workers(
                        1,
                        1,
                        1,
                        new Policy.Replacing(new Policy.Pace(1, 0, false), soak, Optional.empty(), Duration.ZERO)),
                new Policy.Recovery(OptionalInt.of(1), Duration.ZERO, Duration.ZERO, Duration.ZERO),
                new Policy.Starting(Duration.ofSeconds(60), Readiness.notification(), 1, 1),
                new Policy.Stopping(Duration.ofHours(1), Duration.ofSeconds(20), Signal.TERM),
                Optional.empty());
    }

    private double overdue() {
        return registry.get("prefork.rollout.overdue").gauge().value();
    }

    private void begin(int version) {
        meters.on(new Report.RolloutBegan(version, "SIGHUP", 2));
        rollout = new Snapshot.Rollout(true, version, 0, 2, Snapshot.Setback.NONE);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private double count(String result) {
        return registry.get("prefork.rollouts")
                .tag("result", result)
                .functionCounter()
                .count();
    }

    private double active() {
        return registry.get("prefork.rollout.active").gauge().value();
    }

    private double aborted() {
        return registry.get("prefork.rollout.aborted").gauge().value();
    }

    @Test
    void allAreThereFromTheStart() {
        meters.bindTo(registry);

        assertThat(active()).isZero();
        assertThat(aborted()).isZero();
        assertThat(overdue()).isZero();
        assertThat(List.of(count("completed"), count("aborted"), count("superseded")))
                .containsOnly(0.0);
    }

    @Test
    void eachEndIsCounted() {
        meters.on(new Report.RolloutCompleted(1, 2, 5));
        meters.bindTo(registry);
        meters.on(new Report.RolloutSuperseded(2, 3));
        meters.on(new Report.RolloutAborted(3, "exit code 1", 2, 2));
        meters.on(new Report.RolloutAborted(4, "exit code 1", 2, 2));

        assertThat(count("completed")).isEqualTo(1);
        assertThat(count("superseded")).isEqualTo(1);
        assertThat(count("aborted")).isEqualTo(2);
    }

    @Test
    void oneInCourseIsSeen() {
        meters.bindTo(registry);

        rollout = new Snapshot.Rollout(true, 1, 0, 2, Snapshot.Setback.NONE);

        assertThat(active()).isEqualTo(1);
    }

    @Test
    void anAbortedOneIsSeenUntilTheNextOneBegins() {
        meters.bindTo(registry);

        rollout = new Snapshot.Rollout(false, 1, 1, 2, Snapshot.Setback.ofFailure("exit code 1"));
        assertThat(aborted()).isEqualTo(1);
        assertThat(active()).isZero();

        rollout = new Snapshot.Rollout(true, 2, 0, 2, Snapshot.Setback.NONE);
        assertThat(aborted()).isZero();
    }

    @Test
    void oneThatIsRefusedIsSeenAsWellButNotOneThatAStopEnds() {
        meters.bindTo(registry);

        rollout = new Snapshot.Rollout(false, 0, 0, 0, Snapshot.Setback.ofRefusal("unknown key"));
        assertThat(aborted()).isEqualTo(1);

        rollout = new Snapshot.Rollout(false, 1, 1, 2, Snapshot.Setback.STOP);
        assertThat(aborted()).isZero();
    }

    @Test
    void oneIsOverdueThatMakesNoStepForLongerThanAStartASoakAndAStop() {
        meters.bindTo(registry);
        begin(1);

        pass(60 + 30 + 20);
        assertThat(overdue()).isZero();
        pass(5);
        assertThat(overdue()).isEqualTo(5);
    }

    static List<Consumer<RolloutMeters>> steps() {
        return List.of(
                meters -> meters.on(new Report.WorkerStarted(0, 7, StartReason.RELOAD, OptionalInt.of(5))),
                meters -> meters.on(new Report.WorkerTookOver(0, 7, OptionalInt.of(5))),
                meters -> meters.on(exit(true)),
                meters -> meters.on(new Report.RolloutBegan(2, "SIGHUP", 2)));
    }

    private static Report.WorkerExited exit(boolean planned) {
        return new Report.WorkerExited(0, 5, new Exit(new WaitStatus.Exited(0), Exit.Cause.EXIT, planned), 0);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void eachStepGivesItAsMuchTimeAgain(Consumer<RolloutMeters> step) {
        meters.bindTo(registry);
        begin(1);
        pass(1000);

        step.accept(meters);

        assertThat(overdue()).isZero();
        pass(111);
        assertThat(overdue()).isEqualTo(1);
    }

    @Test
    void workersThatCrashMeanwhileAreNoSteps() {
        meters.bindTo(registry);
        begin(1);
        pass(1000);

        meters.on(exit(false));
        meters.on(new Report.WorkerStarted(0, 9, StartReason.RECOVER, OptionalInt.of(5)));

        assertThat(overdue()).isEqualTo(890);
    }

    @Test
    void whatIsOverIsNotOverdue() {
        meters.bindTo(registry);
        begin(1);
        pass(1000);
        meters.on(new Report.RolloutCompleted(1, 2, 5));
        assertThat(overdue()).isZero();

        begin(2);
        pass(1000);
        assertThat(overdue()).isPositive();
        meters.on(new Report.RolloutAborted(2, "exit code 1", 2, 2));
        assertThat(overdue()).isZero();

        begin(3);
        pass(1000);
        // A stop ends it without a word.
        rollout = new Snapshot.Rollout(false, 3, 0, 2, Snapshot.Setback.NONE);
        assertThat(overdue()).isZero();
    }
}
