package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.app.MasterHealth.Probe;
import dev.prefork.listen.StallMeter;
import dev.prefork.log.RecentEntries;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MasterHealthTest {
    private static final int DESIRED = 2;

    private List<WorkerState> workers = List.of(WorkerState.READY, WorkerState.READY);
    private int beenReady = DESIRED;
    private int desired = DESIRED;
    private int standbys;
    private StopPhase stop = StopPhase.NONE;
    private Snapshot.Rollout rollout = Snapshot.Rollout.NONE;
    private Snapshot.Recovery recovery = new Snapshot.Recovery(0, 3, List.of());
    private List<StallMeter.Stall> stalled = List.of();
    private Map<Integer, String> down = Map.of();
    private int minReady = 1;

    private MasterHealth health(Probe probe) {
        Snapshot snapshot = new Snapshot(
                desired,
                IntStream.range(0, workers.size())
                        .mapToObj(slot -> new Snapshot.Worker(
                                slot, OptionalInt.of(100 + slot), Optional.of(workers.get(slot)), 0, life(slot)))
                        .toList(),
                new Snapshot.Startup(beenReady == DESIRED, beenReady, OptionalLong.empty()),
                new Snapshot.Course(stop, rollout),
                recovery);
        return MasterHealth.of(
                probe,
                true,
                snapshot,
                new RunningMaster.Looks(
                        () -> stalled,
                        () -> "none",
                        standbys,
                        () -> new byte[0],
                        new RunningMaster.Remote(new RecentEntries(), Optional::empty, null)),
                minReady);
    }

    private Snapshot.Life life(int slot) {
        return new Snapshot.Life(
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                new Snapshot.Words(Optional.of("doing " + slot), Optional.ofNullable(down.get(slot))));
    }

    private Object data(Probe probe, String key) {
        return health(probe).data().get(key);
    }

    @Test
    void aPodWithoutStandbysIsWellAndDoesNotSpeakOfThem() {
        assertThat(health(Probe.WELL).up()).isTrue();
        assertThat(data(Probe.WELL, "workers-standby")).isEqualTo(0L);
        assertThat(health(Probe.WELL).data()).doesNotContainKey("standing-by");
    }

    @Test
    void whatHasBeenReadyIsCountedAmongThoseThatServe() {
        workers = List.of(WorkerState.READY, WorkerState.STARTING, WorkerState.STARTING, WorkerState.STANDBY);
        beenReady = 1;

        assertThat(data(Probe.STARTED, "been-ready")).isEqualTo("1 of 2");
        assertThat(health(Probe.STARTED).up()).isFalse();
    }

    @Test
    void standbysThatAreMissingAreSaidAndDoNotMakeThePodUnwell() {
        standbys = 2;
        workers = List.of(WorkerState.READY, WorkerState.READY, WorkerState.STANDBY, WorkerState.STARTING);

        assertThat(data(Probe.WELL, "standing-by")).isEqualTo("1 of 2");
        assertThat(data(Probe.READY, "workers-standby")).isEqualTo(1L);
        assertThat(data(Probe.READY, "workers-ready")).isEqualTo(2L);
        assertThat(health(Probe.WELL).up()).isTrue();
        assertThat(health(Probe.READY).up()).isTrue();

        workers = List.of(WorkerState.READY, WorkerState.READY);
        assertThat(data(Probe.WELL, "standing-by")).isEqualTo("0 of 2");
        assertThat(health(Probe.WELL).up()).isTrue();
    }

    @Test
    void aStandbyDoesNotCountAsOneThatServes() {
        standbys = 1;
        workers = List.of(WorkerState.READY, WorkerState.STARTING, WorkerState.STANDBY);
        assertThat(health(Probe.WELL).up()).isFalse();

        workers = List.of(WorkerState.STARTING, WorkerState.STARTING, WorkerState.STANDBY);
        assertThat(health(Probe.READY).up()).isFalse();
    }

    @Test
    void aReloadIsToldInEachOfItsStates() {
        assertThat(data(Probe.WELL, "reload")).isEqualTo("none");
        rollout = new Snapshot.Rollout(true, 1, 1, 2, Snapshot.Setback.NONE);
        assertThat(data(Probe.WELL, "reload")).isEqualTo("in course: 1 of 2 workers");
        rollout = new Snapshot.Rollout(false, 1, 1, 2, Snapshot.Setback.ofFailure("worker 0 exited"));
        assertThat(data(Probe.WELL, "reload")).isEqualTo("aborted: worker 0 exited");
        assertThat(health(Probe.WELL).up()).isFalse();
        assertThat(health(Probe.READY).up()).isTrue();
        rollout = new Snapshot.Rollout(false, 1, 2, 2, Snapshot.Setback.ofRefusal("unknown key"));
        assertThat(data(Probe.WELL, "reload")).isEqualTo("refused: unknown key");
        assertThat(health(Probe.WELL).up()).isFalse();
        rollout = new Snapshot.Rollout(false, 1, 1, 2, Snapshot.Setback.STOP);
        assertThat(data(Probe.WELL, "reload")).isEqualTo("aborted: a stop has begun");
        assertThat(health(Probe.WELL).up()).as("nothing is wrong with it").isTrue();
        rollout = new Snapshot.Rollout(false, 2, 2, 2, Snapshot.Setback.NONE);
        assertThat(data(Probe.WELL, "reload")).isEqualTo("completed");
        assertThat(health(Probe.WELL).up()).isTrue();
    }

    @Test
    void aWorkerWhoseOwnChecksAreDownDoesNotCountAndIsNamed() {
        down = Map.of(1, "database connection: refused");

        assertThat(health(Probe.READY).up()).isTrue();
        assertThat(data(Probe.READY, "workers-ready")).isEqualTo(1L);
        assertThat(health(Probe.WELL).up()).isFalse();
        assertThat(data(Probe.WELL, "down-1")).isEqualTo("worker 1: database connection: refused");
        assertThat(health(Probe.WELL).data()).doesNotContainKey("down-0");
        minReady = 2;
        assertThat(health(Probe.READY).up()).isFalse();
        assertThat(data(Probe.READY, "down-1")).isEqualTo("worker 1: database connection: refused");
        assertThat(health(Probe.STARTED).up()).isTrue();
        assertThat(health(Probe.LIVE).up())
                .as("a restart brings no database back")
                .isTrue();
    }

    @Test
    void whatAWorkerSaysThatStopsIsNoReason() {
        down = Map.of(2, "shutdown");
        workers = List.of(WorkerState.READY, WorkerState.READY, WorkerState.STOPPING);

        assertThat(health(Probe.WELL).up()).isTrue();
        assertThat(health(Probe.WELL).data()).doesNotContainKey("down-2");
    }

    @Test
    void aRowOfExitsIsNotWellWithItsLastOneInWords() {
        recovery = new Snapshot.Recovery(
                2, 3, List.of(new Snapshot.UnplannedExit("worker 1 exited", Optional.of(Exit.Cause.OOM), 0)), 2);

        assertThat(health(Probe.WELL).up()).isFalse();
        assertThat(health(Probe.WELL).data())
                .containsEntry("last-exit", "worker 1 exited")
                .containsEntry("last-exit-cause", "oom")
                .containsEntry("restarts-in-window", 2L)
                .containsEntry("exits-in-a-row", 2L);
    }

    @Test
    void aStopIsUnreadyThoughAllServe() {
        stop = StopPhase.UNREADY;

        assertThat(health(Probe.READY).up()).isFalse();
        assertThat(data(Probe.READY, "stop")).isEqualTo("unready");
        assertThat(health(Probe.STARTED).up()).isTrue();
        assertThat(data(Probe.STARTED, "been-ready")).isEqualTo("2 of 2");
    }

    @Test
    void onlyTheFirstWorkersSayWhatTheyDo() {
        desired = 40;
        workers = IntStream.range(0, 40).mapToObj(slot -> WorkerState.READY).toList();

        assertThat(health(Probe.READY).data())
                .containsEntry("status-31", "doing 31")
                .doesNotContainKey("status-32");
    }
}
