package dev.prefork.metrics.meters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Report;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Every value is another number, so that no two can be mixed up. */
class SupervisorMetricsTest {
    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>(new Snapshot(
            7,
            List.of(
                    worker(0, WorkerState.READY, 0),
                    worker(1, WorkerState.READY, 0),
                    worker(2, WorkerState.READY, 0),
                    worker(3, WorkerState.STARTING, 0),
                    worker(4, WorkerState.STARTING, 0),
                    worker(5, WorkerState.STOPPING, 0),
                    new Snapshot.Worker(6, OptionalInt.empty(), Optional.empty(), 1_500_000_000L, Optional.empty())),
            new Snapshot.Startup(true, 7, OptionalLong.empty()),
            StopPhase.NONE,
            new Snapshot.Recovery(4, 9, List.of())));
    private final SupervisorMetrics metrics =
            new SupervisorMetrics(snapshot::get, () -> 11, signal -> signal.number(), () -> 1_500_000_000L);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Snapshot.Worker worker(int slot, WorkerState state, long backoff) {
        return new Snapshot.Worker(slot, OptionalInt.of(100 + slot), Optional.of(state), backoff, Optional.empty());
    }

    private double value(String name, String... tags) {
        Meter meter = registry.get(name).tags(tags).meter();
        return meter.measure().iterator().next().getValue();
    }

    @Test
    void gaugesAreTheSnapshots() {
        metrics.bindTo(registry);

        assertThat(value("prefork.workers", "state", "ready")).isEqualTo(3);
        assertThat(value("prefork.workers", "state", "starting")).isEqualTo(2);
        assertThat(value("prefork.workers", "state", "stopping")).isEqualTo(1);
        assertThat(value("prefork.workers.desired")).isEqualTo(7);
        assertThat(value("prefork.recover.exits")).isEqualTo(4);
        assertThat(value("prefork.recover.threshold")).isEqualTo(9);
        assertThat(value("prefork.recover.backoff")).isEqualTo(1.5);
        assertThat(value("prefork.orphans.reaped")).isEqualTo(11);
        assertThat(value("prefork.draining")).isZero();
    }

    @Test
    void aWorkerWhoseOwnChecksAreDownIsNotAmongTheReady() {
        metrics.bindTo(registry);
        Snapshot now = snapshot.get();
        List<Snapshot.Worker> workers = new ArrayList<>(now.workers());
        Snapshot.Life down = new Snapshot.Life(
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                new Snapshot.Words(Optional.empty(), Optional.of("database: refused")));
        workers.set(1, new Snapshot.Worker(1, OptionalInt.of(101), Optional.of(WorkerState.READY), 0, down));
        snapshot.set(new Snapshot(7, workers, now.startup(), StopPhase.NONE, now.recovery()));

        assertThat(value("prefork.workers", "state", "ready")).isEqualTo(2);
        assertThat(value("prefork.workers", "state", "starting")).isEqualTo(2);
    }

    @Test
    void whatHappenedBeforeARegistryWasThereCountsToo() {
        metrics.on(new Report.WorkerStarted(0, 100, StartReason.BOOT, OptionalInt.empty()));
        metrics.bindTo(registry);
        metrics.on(new Report.WorkerStarted(1, 101, StartReason.BOOT, OptionalInt.empty()));
        metrics.on(new Report.WorkerStarted(1, 102, StartReason.RECOVER, OptionalInt.of(101)));

        assertThat(value("prefork.worker.starts", "reason", "boot")).isEqualTo(2);
        assertThat(value("prefork.worker.starts", "reason", "recover")).isEqualTo(1);
    }

    @Test
    void exitsAreCountedByCauseAndByPlan() {
        metrics.bindTo(registry);
        exit(Exit.Cause.EXIT, false, 2);
        exit(Exit.Cause.EXIT, true, 3);
        exit(Exit.Cause.SIGNAL, false, 4);
        exit(Exit.Cause.START_TIMEOUT, false, 5);
        exit(Exit.Cause.KILLED, true, 6);
        exit(Exit.Cause.OOM, false, 7);
        exit(Exit.Cause.WATCHDOG, false, 8);

        assertThat(exits("exit", "false")).isEqualTo(2);
        assertThat(exits("exit", "true")).isEqualTo(3);
        assertThat(exits("signal", "false")).isEqualTo(4);
        assertThat(exits("start_timeout", "false")).isEqualTo(5);
        assertThat(exits("killed", "true")).isEqualTo(6);
        assertThat(exits("killed", "false")).isZero();
        assertThat(exits("oom", "false")).isEqualTo(7);
        assertThat(exits("watchdog", "false")).isEqualTo(8);
    }

    private void exit(Exit.Cause cause, boolean planned, int times) {
        for (int i = 0; i < times; i++) {
            metrics.on(new Report.WorkerExited(0, 100, new Exit(new WaitStatus.Exited(1), cause, planned), 0));
        }
    }

    private double exits(String cause, String planned) {
        return value("prefork.worker.exits", "cause", cause, "planned", planned);
    }

    @Test
    void noMeterHasAPidAndEveryOneIsDescribed() {
        metrics.bindTo(registry);

        assertThat(registry.getMeters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getId().getName()).startsWith("prefork.");
            // Micrometer's own child of a timer, which is no meter of its own in any registry that knows buckets.
            boolean bucket = meter.getId().getName().endsWith(".histogram");
            assertThat(bucket ? "of its timer" : meter.getId().getDescription()).isNotBlank();
            assertThat(meter.getId().getTags())
                    .extracting(Tag::getKey)
                    .isSubsetOf(bucket ? List.of("le") : List.of("state", "reason", "cause", "planned", "signal"));
        });
    }
}
