package dev.prefork.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Decides which workers hold too much memory: those above their limit in some samples in a row, since a peak is not a leak. Each is
 * named once.
 *
 * <p>Pure; for one thread. All amounts are bytes.
 */
final class MemoryRule {
    /** So many in a row. */
    static final int SAMPLES = 3;

    private final DoubleSupplier random;
    private final Map<Integer, Worker> workers = new HashMap<>();

    /** @param random numbers in [0, 1) */
    MemoryRule(DoubleSupplier random) {
        this.random = random;
    }

    /**
     * The limit at a moment.
     *
     * @param bytes more than that is too much
     * @param jitter each worker's is lower by up to so much, by chance, so that workers that grow alike are not found together
     */
    record Limit(long bytes, long jitter) {}

    /** What a worker held in the last sample, and its limit. */
    record Excess(int pid, long held, long limit) {}

    private static final class Worker {
        private final double chance;
        private int inARow;

        Worker(double chance) {
            this.chance = chance;
        }

        long of(Limit limit) {
            return limit.bytes() - (long) (chance * limit.jitter());
        }
    }

    /**
     * Takes the next sample.
     *
     * @param held of the workers that serve, by pid; one that is missing begins anew
     */
    List<Excess> sample(Map<Integer, Long> held, Limit limit) {
        workers.keySet().retainAll(held.keySet());
        List<Excess> found = new ArrayList<>();
        held.forEach((pid, bytes) -> {
            Worker worker = workers.computeIfAbsent(pid, unseen -> new Worker(random.getAsDouble()));
            long most = worker.of(limit);
            worker.inARow = bytes > most ? worker.inARow + 1 : 0;
            if (worker.inARow == SAMPLES) {
                found.add(new Excess(pid, bytes, most));
            }
        });
        return found;
    }
}
