package dev.prefork.quarkus.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.app.RunningMaster;
import dev.prefork.listen.StallMeter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The probes of a master whose loop never turns: the one thing that a liveness probe is there to notice. */
class HealthChecksTest {
    private final IdleMaster idle = new IdleMaster();
    private final RunningMaster running = idle.publish();
    private final HealthChecks checks = new HealthChecks();

    @AfterEach
    void retire() {
        RunningMaster.retire(running);
        idle.close();
    }

    private static Object data(HealthCheckResponse response, String key) {
        return response.getData().orElseThrow().get(key);
    }

    @Test
    void aLoopThatDoesNotTurnIsDownAfterAWhileAndNotBefore() {
        HealthCheck live = checks.live();
        assertThat(live.call().getStatus()).isEqualTo(Status.UP);
        assertThat(live.call().getStatus()).isEqualTo(Status.UP);

        await().atMost(Duration.ofSeconds(30)).until(() -> live.call().getStatus() == Status.DOWN);
    }

    @Test
    void afterAnErrorAnywhereItIsDownAtOnce() {
        HealthCheck live = checks.live();
        assertThat(live.call().getStatus()).isEqualTo(Status.UP);
        running.master().errors().report(Thread.currentThread(), new OutOfMemoryError("Java heap space"));

        assertThat(live.call().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void anErrorInACheckItselfIsReportedAndAnExceptionIsNot() {
        idle.stalled = () -> {
            throw new IllegalStateException("the request's own");
        };
        assertThatThrownBy(() -> checks.well().call()).isInstanceOf(IllegalStateException.class);
        assertThat(checks.live().call().getStatus()).isEqualTo(Status.UP);
        idle.stalled = () -> {
            throw new StackOverflowError("deep");
        };
        assertThatThrownBy(() -> checks.well().call()).isInstanceOf(StackOverflowError.class);
        assertThat(checks.live().call().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void nobodyIsReadyAndThatHasATime() {
        HealthCheckResponse ready = checks.ready().call();

        assertThat(ready.getStatus()).isEqualTo(Status.DOWN);
        assertThat((Long) data(ready, "none-ready-for-ms")).isNotNegative();
        assertThat(data(ready, "stop")).isEqualTo("none");
        assertThat(data(ready, "min-ready")).isEqualTo(1L);
        assertThat(ready.getData().orElseThrow()).doesNotContainKey("last-exit");
    }

    @Test
    void theStartIsToldInParts() {
        HealthCheckResponse started = checks.started().call();

        assertThat(started.getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(started, "been-ready")).isEqualTo("0 of 2");
    }

    @Test
    void fewerThanWantedIsNotWell() {
        HealthCheckResponse well = checks.well().call();

        assertThat(well.getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(well, "workers-desired")).isEqualTo(2L);
        assertThat(data(well, "backing-off")).isEqualTo(false);
    }

    @Test
    void aStalledListenerIsNamedWithItsSeconds() {
        assertThat(checks.well().call().getData().orElseThrow()).doesNotContainKey("stalled-seconds-http");
        idle.stalled = () -> List.of(
                new StallMeter.Stall("http", OptionalInt.empty(), 3, 7_900_000_000L),
                new StallMeter.Stall("admin", OptionalInt.of(1), 1, 6_000_000_000L));
        HealthCheckResponse well = checks.well().call();

        assertThat(well.getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(well, "stalled-seconds-http")).isEqualTo(7L);
        assertThat(data(well, "stalled-seconds-admin-slot-1")).isEqualTo(6L);
    }

    @Test
    void whereThereIsNoMasterAllIsUpAndNothingIsSaid() {
        RunningMaster.retire(running);

        for (HealthCheck check : List.of(checks.live(), checks.ready(), checks.started(), checks.well())) {
            assertThat(check.call().getStatus()).isEqualTo(Status.UP);
            assertThat(check.call().getData()).isEmpty();
        }
    }
}
