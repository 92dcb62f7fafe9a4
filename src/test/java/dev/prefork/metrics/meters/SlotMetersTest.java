package dev.prefork.metrics.meters;

import static dev.prefork.Waits.await;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SlotMetersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String UP = "prefork.worker.up";
    private static final String UPTIME = "prefork.worker.uptime";
    private static final String READY = "prefork.worker.ready";
    private static final String RESTARTS = "prefork.worker.restarts";

    private final AtomicReference<Snapshot> snapshot = new AtomicReference<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long now = 100 * SECOND;
    private final SlotMeters meters = new SlotMeters(snapshot::get, () -> now);

    private void workers(int desired, Snapshot.Worker... workers) {
        snapshot.set(new Snapshot(
                desired,
                List.of(workers),
                new Snapshot.Startup(true, desired, OptionalLong.empty()),
                StopPhase.NONE,
                new Snapshot.Recovery(0, 1, List.of())));
    }

    private static Snapshot.Worker worker(int slot, WorkerState state, long startedAt, long readySince) {
        boolean wasReady = state != WorkerState.STARTING;
        return new Snapshot.Worker(
                slot,
                OptionalInt.of(100 + slot),
                Optional.of(state),
                0,
                new Snapshot.Life(
                        OptionalInt.of(0),
                        Optional.of(StartReason.BOOT),
                        OptionalLong.of(startedAt * SECOND),
                        wasReady ? OptionalLong.of(readySince * SECOND) : OptionalLong.empty(),
                        Snapshot.Words.NONE));
    }

    private static Snapshot.Worker ready(int slot) {
        return worker(slot, WorkerState.READY, 10, 20);
    }

    private static Snapshot.Worker missing(int slot) {
        return new Snapshot.Worker(slot, OptionalInt.empty(), Optional.empty(), SECOND, Optional.empty());
    }

    private static Report.WorkerStarted started(int slot, StartReason reason) {
        return new Report.WorkerStarted(slot, 100 + slot, reason, OptionalInt.empty());
    }

    private static Report.StandbyTookOver tookOver(int standby, int instead) {
        return new Report.StandbyTookOver(
                standby, 100 + standby, instead, Optional.of(new Report.Predecessor(instead, 100 + instead)));
    }

    private double value(String name, int slot) {
        Meter meter = registry.get(name).tag("worker", Integer.toString(slot)).meter();
        return meter.measure().iterator().next().getValue();
    }

    private Set<Integer> numbers(String name) {
        return registry.find(name).meters().stream()
                .map(meter -> Integer.valueOf(meter.getId().getTag("worker")))
                .collect(Collectors.toSet());
    }

    /** The three that are shown only of numbers that serve. */
    private void assertServing(Integer... slots) {
        assertThat(List.of(numbers(UP), numbers(UPTIME), numbers(READY)))
                .containsOnly(Set.copyOf(Arrays.asList(slots)));
    }

    @Test
    void onlyAReadyWorkerIsUpAndHasBeenReadyForSomeTime() {
        workers(
                4,
                ready(0),
                worker(1, WorkerState.STARTING, 97, 0),
                worker(2, WorkerState.STOPPING, 30, 40),
                missing(3));
        meters.bindTo(registry);

        assertThat(value(UP, 0)).isEqualTo(1);
        assertThat(value(UPTIME, 0)).isEqualTo(90);
        assertThat(value(READY, 0)).isEqualTo(80);
        assertThat(value(UP, 1)).isZero();
        assertThat(value(UPTIME, 1)).isEqualTo(3);
        assertThat(value(READY, 1)).isZero();
        assertThat(value(UP, 2)).isZero();
        assertThat(value(UPTIME, 2)).isEqualTo(70);
        assertThat(value(READY, 2)).isZero();
        assertThat(List.of(value(UP, 3), value(UPTIME, 3), value(READY, 3))).containsOnly(0.0);

        now += SECOND / 2;
        assertThat(value(UPTIME, 0)).as("time passes without a new snapshot").isEqualTo(90.5);
        assertThat(value(READY, 0)).isEqualTo(80.5);
    }

    /** The list has the places first, and then the replacements that are starting: here at the index of their number. */
    @Test
    void whileAWorkerIsReplacedTheOneThatServesCounts() {
        workers(2, ready(2), ready(1), worker(2, WorkerState.STARTING, 99, 0));
        meters.bindTo(registry);

        assertThat(value(UP, 2)).isEqualTo(1);
        assertThat(value(UPTIME, 2)).isEqualTo(90);
        assertThat(value(READY, 2)).isEqualTo(80);
    }

    @Test
    void aStandbyIsNotShownUntilItServes() {
        workers(2, ready(0), ready(1), worker(2, WorkerState.STANDBY, 50, 60));
        meters.bindTo(registry);
        meters.on(started(2, StartReason.STANDBY));

        assertServing(0, 1);
        assertThat(numbers(RESTARTS)).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aStandbyThatTakesOverKeepsItsNumberAndTheOldOneGoes() {
        workers(2, missing(0), ready(1), worker(2, WorkerState.STANDBY, 50, 60));
        meters.bindTo(registry);
        meters.on(started(0, StartReason.RECOVER));
        meters.on(started(2, StartReason.STANDBY));
        workers(2, worker(2, WorkerState.READY, 50, 95), ready(1));
        meters.on(tookOver(2, 0));

        assertServing(1, 2);
        assertThat(value(UP, 2)).isEqualTo(1);
        assertThat(value(UPTIME, 2)).as("of the process").isEqualTo(50);
        assertThat(value(READY, 2)).as("to serve").isEqualTo(5);
        assertThat(value(RESTARTS, 0)).as("they have happened all the same").isEqualTo(1);
        assertThat(value(RESTARTS, 2)).isZero();
    }

    @Test
    void thePlacesOwnNumberComesBackWithAReplacement() {
        workers(2, ready(2), ready(1));
        meters.bindTo(registry);
        meters.on(started(2, StartReason.STANDBY));
        assertServing(1, 2);

        workers(2, ready(0), ready(1), worker(2, WorkerState.STOPPING, 50, 60));
        meters.on(new Report.WorkerTookOver(0, 200, OptionalInt.of(102)));

        assertServing(0, 1);
        assertThat(numbers(RESTARTS)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aPlaceThatIsNewHasTheNumberOfWhatIsInIt() {
        workers(2, ready(0), ready(1), worker(2, WorkerState.STANDBY, 50, 60));
        meters.bindTo(registry);
        meters.on(started(2, StartReason.STANDBY));
        workers(3, ready(0), ready(1), missing(3), worker(2, WorkerState.STANDBY, 50, 60));
        meters.on(new Report.Scaled(2, 3, "SIGTTIN"));
        assertServing(0, 1, 3);

        workers(2, ready(0), ready(1), worker(2, WorkerState.STANDBY, 50, 60));
        meters.on(new Report.Scaled(3, 2, "SIGTTOU"));
        assertServing(0, 1);
    }

    /** In a stop nothing is wanted, and what there is goes on to be shown. */
    @Test
    void aStopRemovesNothing() {
        workers(1, ready(0), worker(1, WorkerState.STANDBY, 50, 60));
        meters.bindTo(registry);
        meters.on(started(1, StartReason.STANDBY));
        workers(0, worker(0, WorkerState.STOPPING, 10, 20));
        meters.on(started(0, StartReason.RECOVER));

        assertServing(0);
        assertThat(value(UP, 0)).isZero();
        assertThat(value(UPTIME, 0)).isEqualTo(90);
    }

    @Test
    void oneThatWasKilledOnPurposeIsNotRestarted() {
        workers(1, ready(0));
        meters.bindTo(registry);
        meters.on(started(0, StartReason.BOOT));
        meters.on(exited(true));
        meters.on(started(0, StartReason.RECOVER));
        assertThat(value(RESTARTS, 0)).isZero();
        meters.on(exited(false));
        meters.on(started(0, StartReason.RECOVER));
        assertThat(value(RESTARTS, 0)).isEqualTo(1);
    }

    private static Report.WorkerExited exited(boolean planned) {
        return new Report.WorkerExited(
                0, 100, new Exit(new WaitStatus.Signaled(9, false), Exit.Cause.KILLED, planned), 0);
    }

    @Test
    void restartsBeforeARegistryWasThereCountToo() {
        workers(2, ready(0), ready(1));
        meters.on(started(1, StartReason.RECOVER));
        meters.bindTo(registry);
        meters.on(started(0, StartReason.BOOT));
        meters.on(started(1, StartReason.RECOVER));
        meters.on(started(1, StartReason.RECYCLE));

        assertThat(value(RESTARTS, 1)).isEqualTo(2);
        assertThat(value(RESTARTS, 0)).isZero();
    }

    @Test
    void aWorkerThatIsNoLongerWantedIsNotDownAndOneThatIsNewlyWantedIs() {
        workers(3, ready(0), ready(1), missing(2));
        meters.bindTo(registry);
        meters.on(new Report.Scaled(3, 2, "SIGTTOU"));
        assertServing(0, 1);
        assertThat(value(RESTARTS, 2)).isZero();

        meters.on(new Report.Scaled(2, 4, "SIGTTIN"));
        assertThat(value(UP, 2)).isZero();
        assertThat(value(UP, 3)).isZero();
        meters.on(started(3, StartReason.RECOVER));
        assertThat(value(RESTARTS, 3)).isEqualTo(1);
    }

    /** The loop scales at the very moment at which a registry looks at what there is. */
    @Test
    void aRegistryThatComesWhileTheNumberChangesHasEveryWorker() throws InterruptedException {
        workers(2, ready(0), ready(1));
        AtomicReference<SlotMeters> scaled = new AtomicReference<>();
        Thread loop = new Thread(() -> scaled.get().on(new Report.Scaled(2, 3, "SIGTTIN")));
        Supplier<Snapshot> meanwhile = () -> {
            if (loop.getState() == Thread.State.NEW) {
                loop.start();
                await().until(() -> loop.getState() == Thread.State.BLOCKED || !loop.isAlive());
            }
            return snapshot.get();
        };
        scaled.set(new SlotMeters(meanwhile, () -> 0));
        scaled.get().bindTo(registry);
        loop.join();

        assertServing(0, 1, 2);
        assertThat(numbers(RESTARTS)).hasSize(3);
    }

    @Test
    void noMeterHasAPidAndEveryOneIsDescribed() {
        workers(1, ready(0));
        meters.bindTo(registry);

        assertThat(registry.getMeters()).hasSize(4).allSatisfy(meter -> {
            assertThat(meter.getId().getName()).startsWith("prefork.worker.");
            assertThat(meter.getId().getDescription()).isNotBlank();
            assertThat(meter.getId().getTags()).extracting(Tag::getKey).containsExactly("worker");
        });
    }
}
