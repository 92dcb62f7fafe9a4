package dev.prefork.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WaitsForTest {
    private static final Snapshot.Worker READY = worker(0, WorkerState.READY);
    private static final Snapshot.Worker STARTING = worker(1, WorkerState.STARTING);
    private static final Snapshot.Worker DELAYED =
            new Snapshot.Worker(2, OptionalInt.empty(), Optional.empty(), 1_000_000_000L, Optional.empty());

    private static Snapshot.Worker worker(int slot, WorkerState state) {
        return new Snapshot.Worker(slot, OptionalInt.of(100 + slot), Optional.of(state), 0, Optional.empty());
    }

    private static Snapshot snapshot(boolean reloading, Snapshot.Worker... workers) {
        return new Snapshot(
                workers.length,
                List.of(workers),
                new Snapshot.Startup(true, workers.length, OptionalLong.empty()),
                new Snapshot.Course(
                        StopPhase.NONE, new Snapshot.Rollout(reloading, 1, 0, workers.length, Snapshot.Setback.NONE)),
                new Snapshot.Recovery(0, 5, List.of()));
    }

    @Test
    void aWorkerIsReplacedAtOnceWhereTheOthersAreReady() {
        assertThat(WaitsFor.replacement(snapshot(false, READY, worker(1, WorkerState.READY)), 0))
                .isEmpty();
        assertThat(WaitsFor.replacement(snapshot(false, READY, STARTING), 1))
                .as("what starts is its successor")
                .isEmpty();
        assertThat(WaitsFor.replacement(snapshot(false, READY, worker(1, WorkerState.STOPPING)), 0))
                .isEmpty();
    }

    @Test
    void elseItIsSaidAfterWhat() {
        assertThat(WaitsFor.replacement(snapshot(true, READY, STARTING), 1)).contains("the reload in course");
        assertThat(WaitsFor.replacement(snapshot(false, READY, STARTING), 0))
                .contains("worker 1, which is not ready yet");
        assertThat(WaitsFor.replacement(snapshot(false, READY, STARTING, DELAYED), 0))
                .contains("worker 2, which waits to be started again");
    }

    @Test
    void aNumberOfWorkersIsKeptWaitingByADelayAlone() {
        assertThat(WaitsFor.workers(snapshot(false, READY, STARTING))).isEmpty();
        assertThat(WaitsFor.workers(snapshot(false, READY, STARTING, DELAYED)))
                .contains("worker 2 waits to be started again");
    }
}
