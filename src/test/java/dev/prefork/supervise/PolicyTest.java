package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static Policy allOf(Duration time, Readiness readiness) {
        return new Policy(
                1,
                new Policy.Recovery(OptionalInt.of(1), time, time, time),
                new Policy.Starting(time, readiness, 1),
                new Policy.Stopping(Duration.ZERO, time));
    }

    @Test
    void durationsThatNoLongOfNanosecondsHoldsAreCutAndWork() {
        Bench bench = Bench.started(allOf(FOR_EVER, Readiness.after(FOR_EVER)));
        assertThat(bench.supervisor.timeLeft(bench.now)).hasValue(Policy.LONGEST.toNanos());

        bench.crash(0);
        assertThat(bench.snapshot().workers().get(0).backoffNanos()).isEqualTo(Policy.LONGEST.toNanos());
        bench.tell(new Event.StopAsked("SIGTERM", true));
        assertThat(bench.finished).contains(Outcome.STOPPED);
    }

    @Test
    void aStopWithAnEndlessGraceWaitsForItsWorkers() {
        Bench bench =
                Bench.started(allOf(FOR_EVER, Readiness.notification())).tell(new Event.StopAsked("SIGTERM", true));
        bench.pass(Duration.ofDays(365));

        assertThat(bench.finished).isEmpty();
        assertThat(bench.supervisor.timeLeft(bench.now))
                .hasValue(Policy.LONGEST.minusDays(365).toNanos());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Duration negative = Duration.ofMillis(-1);

        assertThatThrownBy(() -> allOf(negative, Readiness.notification()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be negative");
        assertThatThrownBy(() -> Bench.policy(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bench.withThreshold(Bench.policy(1), -1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
