package dev.prefork.status;

import dev.prefork.os.WaitStatus;
import dev.prefork.procfs.Figures;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.StartReason;
import dev.prefork.supervise.StopPhase;
import dev.prefork.supervise.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A pod at one moment, which tests change. Two workers serve, as of 100 s on the clock. */
final class SeenSamples {
    static final long SECOND = 1_000_000_000L;
    static final long NOW = 100 * SECOND;

    List<Snapshot.Worker> workers = new ArrayList<>(List.of(ready(0, 100), ready(1, 101)));
    int desired = 2;
    boolean started = true;
    StopPhase stop = StopPhase.NONE;
    Snapshot.Rollout rollout = Snapshot.Rollout.NONE;
    List<Snapshot.UnplannedExit> exits = List.of();
    Health health = new Health(true, true, true, true, 1);
    List<ListenerStatus> listeners = List.of(new ListenerStatus("http", "tcp4://0.0.0.0:8080", 0, 4096, 0));
    OptionalInt leader = OptionalInt.empty();

    /** That with pid 100. */
    Optional<Halts.Halted> halted = Optional.empty();

    static Snapshot.Worker ready(int slot, int pid) {
        return worker(slot, pid, WorkerState.READY);
    }

    static Snapshot.Worker worker(int slot, int pid, WorkerState state) {
        return new Snapshot.Worker(
                slot,
                OptionalInt.of(pid),
                Optional.of(state),
                0,
                new Snapshot.Life(
                        OptionalInt.of(3),
                        Optional.of(StartReason.BOOT),
                        OptionalLong.of(NOW - 20 * SECOND),
                        state == WorkerState.STARTING ? OptionalLong.empty() : OptionalLong.of(NOW - 15 * SECOND),
                        new Snapshot.Words(Optional.of("processing 3 jobs"), Optional.empty())));
    }

    /** One whose process serves, and whose own checks are DOWN. */
    static Snapshot.Worker down(int slot, int pid, String reason) {
        Snapshot.Life life = ready(slot, pid).life();
        return new Snapshot.Worker(
                slot,
                OptionalInt.of(pid),
                Optional.of(WorkerState.READY),
                0,
                new Snapshot.Life(
                        life.version(),
                        life.reason(),
                        life.startedAt(),
                        life.readySince(),
                        new Snapshot.Words(life.status(), Optional.of(reason))));
    }

    /** An empty slot that is filled again after a wait. */
    static Snapshot.Worker waiting(int slot, long backoffNanos) {
        return new Snapshot.Worker(slot, OptionalInt.empty(), Optional.empty(), backoffNanos, Optional.empty());
    }

    static Snapshot.UnplannedExit exit(String text) {
        return new Snapshot.UnplannedExit(text, Optional.of(Exit.Cause.EXIT), NOW - SECOND);
    }

    static Exit killed() {
        return new Exit(new WaitStatus.Signaled(9, false), Exit.Cause.SIGNAL, false);
    }

    Seen seen() {
        Snapshot snapshot = new Snapshot(
                desired,
                workers,
                new Snapshot.Startup(started, desired, OptionalLong.empty()),
                new Snapshot.Course(stop, rollout),
                new Snapshot.Recovery(exits.size(), 1, exits));
        Usage usage = new Usage(
                new Figures(12.5, 64 << 20, OptionalInt.of(31), 9),
                OptionalDouble.of(0.25),
                OptionalDouble.of(120.5),
                OptionalDouble.of(0.5),
                halted);
        return new Seen(
                new Seen.Moment(Instant.parse("2026-12-01T09:30:00.250Z"), NOW),
                snapshot,
                health,
                new Seen.Kernel(Map.of(100, usage), listeners, leader),
                new Bounds(OptionalDouble.of(2), OptionalLong.of(512L << 20), Duration.ofSeconds(60)));
    }
}
