package dev.prefork.app;

import dev.prefork.config.RecyclingSettings;
import dev.prefork.container.Amount;
import dev.prefork.container.Readings;
import dev.prefork.master.Master;
import dev.prefork.procfs.OwnMemory;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks every ten seconds how much memory the workers that serve hold, and has those replaced that hold too much. Does nothing,
 * and has no thread, without such a limit.
 *
 * <p>Threading: one daemon thread of its own.
 */
final class MemoryWatch implements AutoCloseable {
    static final Duration PERIOD = Duration.ofSeconds(10);

    private final Optional<Sampler> sampler;

    private MemoryWatch(Optional<Sampler> sampler) {
        this.sampler = sampler;
    }

    /** @param readings what the container grants at the moment, for a limit that is a part of it */
    static MemoryWatch begin(RecyclingSettings settings, Supplier<Readings> readings, Master master) {
        if (settings.memory().isEmpty()) {
            return new MemoryWatch(Optional.empty());
        }
        Look look = new Look(
                settings,
                () -> serving(master.snapshot()),
                master.commands()::recycle,
                OwnMemory.of(Path.of("/")),
                new MemoryRule(Math::random));
        return new MemoryWatch(Optional.of(Sampler.named(
                        "prefork-memory",
                        "cannot look at the workers' memory",
                        () -> look.at(readings.get().memory()))
                .begin(PERIOD)));
    }

    /** And those that stand by: they will serve with what they have. */
    private static Set<Integer> serving(Snapshot snapshot) {
        Set<Integer> pids = new HashSet<>(snapshot.pids(WorkerState.READY));
        pids.addAll(snapshot.pids(WorkerState.STANDBY));
        return pids;
    }

    /** Has a worker replaced, for a reason in words. */
    @FunctionalInterface
    interface Recycler {
        void recycle(int pid, String why);
    }

    /**
     * What is done each time. For one thread.
     *
     * @param settings with a limit
     * @param ready the workers that serve
     */
    record Look(
            RecyclingSettings settings,
            Supplier<Set<Integer>> ready,
            Recycler recycler,
            OwnMemory memory,
            MemoryRule rule) {
        /** @param whole what there is, of which a limit may be a part; without it such a limit is none */
        void at(OptionalLong whole) {
            OptionalLong most = settings.memory().orElseThrow().bytes(whole);
            if (most.isPresent()) {
                MemoryRule.Limit now = new MemoryRule.Limit(
                        most.getAsLong(), settings.memoryJitter().bytes(whole).orElse(0));
                rule.sample(memory.ofWorkers(ready.get(), now.bytes() - now.jitter()), now)
                        .forEach(excess -> recycler.recycle(excess.pid(), words(excess)));
            }
        }

        private static String words(MemoryRule.Excess excess) {
            return "it holds " + Amount.ofBytes(excess.held()) + " of memory, more than "
                    + Amount.ofBytes(excess.limit()) + ", in " + MemoryRule.SAMPLES + " samples in a row";
        }
    }

    @Override
    public void close() {
        sampler.ifPresent(Sampler::close);
    }
}
