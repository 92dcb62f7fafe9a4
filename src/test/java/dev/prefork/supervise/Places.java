package dev.prefork.supervise;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Which places workers serve in: nothing that is told says so, as a standby brings its own number along. A snapshot lists what is wanted
 * first, in the order of the places.
 */
final class Places {
    private final Supplier<Snapshot> snapshot;

    Places(Supplier<Snapshot> snapshot) {
        this.snapshot = snapshot;
    }

    /** Of this worker, if it is one of so many that are wanted. */
    int of(int pid, int desired) {
        List<Snapshot.Worker> workers = snapshot.get().workers();
        return IntStream.range(0, Math.min(desired, workers.size()))
                .filter(place -> workers.get(place).pid().orElse(0) == pid)
                .findFirst()
                .orElse(SimulatedProcess.NONE);
    }

    /** That for which a replacement was started, which may have taken over by now. */
    int beside(Report.WorkerStarted started, int desired) {
        List<Snapshot.Worker> workers = snapshot.get().workers();
        return IntStream.of(of(started.pid(), desired), of(started.replaces().orElse(0), desired))
                .filter(place -> place != SimulatedProcess.NONE)
                .findFirst()
                .orElseGet(() -> IntStream.range(0, Math.min(desired, workers.size()))
                        .filter(place -> workers.get(place).slot() == started.slot())
                        .findFirst()
                        .orElse(started.slot()));
    }
}
