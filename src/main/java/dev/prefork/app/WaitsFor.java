package dev.prefork.app;

import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.util.Optional;
import java.util.function.Predicate;

/** What keeps the loop from doing at once what it was asked for, in words, so that a client does not wait for it unaware. Pure. */
final class WaitsFor {
    private WaitsFor() {}

    /** What comes before the replacement of the worker in this slot; empty if nothing does. */
    static Optional<String> replacement(Snapshot now, int slot) {
        if (now.rollout().active()) {
            return Optional.of("the reload in course");
        }
        return first(now, worker -> worker.slot() != slot && worker.backoffNanos() > 0)
                .map(worker -> "worker " + worker.slot() + ", which waits to be started again")
                .or(() -> first(now, worker -> worker.slot() != slot && isStarting(worker))
                        .map(worker -> "worker " + worker.slot() + ", which is not ready yet"));
    }

    /** What a number of workers waits for, beside starts; empty if there is nothing. */
    static Optional<String> workers(Snapshot now) {
        return first(now, worker -> worker.backoffNanos() > 0)
                .map(worker -> "worker " + worker.slot() + " waits to be started again");
    }

    private static Optional<Snapshot.Worker> first(Snapshot now, Predicate<Snapshot.Worker> such) {
        return now.workers().stream().filter(such).findFirst();
    }

    private static boolean isStarting(Snapshot.Worker worker) {
        return worker.state().equals(Optional.of(WorkerState.STARTING));
    }
}
