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

    /** Of this worker. */
    int of(int pid) {
        List<Snapshot.Worker> workers = snapshot.get().workers();
        return IntStream.range(0, workers.size())
                .filter(place -> workers.get(place).pid().orElse(0) == pid)
                .findFirst()
                .orElse(SimulatedProcess.NONE);
    }

    /** That for which a replacement was started. */
    int beside(Report.WorkerStarted started) {
        int old = started.replaces().isPresent() ? of(started.replaces().getAsInt()) : SimulatedProcess.NONE;
        List<Snapshot.Worker> workers = snapshot.get().workers();
        return old != SimulatedProcess.NONE
                ? old
                : IntStream.range(0, workers.size())
                        .filter(place -> workers.get(place).slot() == started.slot())
                        .findFirst()
                        .orElse(started.slot());
    }
}
