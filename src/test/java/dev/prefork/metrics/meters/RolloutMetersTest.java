package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RolloutMetersTest {
    private Snapshot.Rollout rollout = Snapshot.Rollout.NONE;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RolloutMeters meters = new RolloutMeters(this::snapshot);

    private Snapshot snapshot() {
        return new Snapshot(
                1,
                List.of(),
                new Snapshot.Startup(true, 1, OptionalLong.empty()),
                new Snapshot.Course(StopPhase.NONE, rollout),
                new Snapshot.Recovery(0, 1, List.of()));
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

        rollout = new Snapshot.Rollout(true, 1, 0, 2, Optional.empty());

        assertThat(active()).isEqualTo(1);
    }

    @Test
    void anAbortedOneIsSeenUntilTheNextOneBegins() {
        meters.bindTo(registry);

        rollout = new Snapshot.Rollout(false, 1, 1, 2, Optional.of("exit code 1"));
        assertThat(aborted()).isEqualTo(1);
        assertThat(active()).isZero();

        rollout = new Snapshot.Rollout(true, 2, 0, 2, Optional.empty());
        assertThat(aborted()).isZero();
    }
}
