package dev.prefork.quarkus.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.RunningMaster;
import dev.prefork.listen.StallMeter;
import dev.prefork.master.AcceptQueues;
import dev.prefork.master.Master;
import dev.prefork.master.MasterContext;
import dev.prefork.master.MasterMode;
import dev.prefork.metrics.merge.GaugeRules;
import dev.prefork.metrics.merge.Limits;
import dev.prefork.metrics.merge.Merger;
import dev.prefork.metrics.merge.Rejects;
import dev.prefork.metrics.merge.Scrape;
import dev.prefork.notify.NotifySockets;
import dev.prefork.os.Posix;
import dev.prefork.supervise.Policy;
import dev.prefork.supervise.Readiness;
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
    private final NotifySockets notifySockets = NotifySockets.open(Posix.system());
    private final Master master = new Master(
            Posix.system(),
            new Policy(
                    2,
                    new Policy.Recovery(
                            OptionalInt.of(1), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(30)),
                    new Policy.Starting(Duration.ofSeconds(60), Readiness.notification(), 2),
                    new Policy.Stopping(Duration.ZERO, Duration.ofSeconds(20))),
            slot -> {
                throw new AssertionError("nothing is started here");
            },
            notifySockets,
            new MasterContext(
                    MasterMode.LIBRARY,
                    AcceptQueues.NONE,
                    MasterContext.Postmortem.NONE,
                    (level, line) -> {},
                    List.of()));
    private List<StallMeter.Stall> stalled = List.of();
    private final RunningMaster running = RunningMaster.publish(new RunningMaster(
            master, registry -> {}, new Scrape(merger(), List.of(), master::snapshot, () -> {}), () -> stalled, 1));
    private final HealthChecks checks = new HealthChecks();

    private static Merger merger() {
        return new Merger(
                GaugeRules.of(List.of()), Merger.Grouping.MERGED, Limits.of(1 << 30), new Rejects(line -> {}));
    }

    @AfterEach
    void retire() {
        RunningMaster.retire(running);
        notifySockets.close();
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
        stalled = List.of(
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
