package dev.prefork.metrics.merge;

import dev.prefork.exposition.Exposition;
import dev.prefork.supervise.Snapshot;
import dev.prefork.supervise.WorkerState;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One answer to a scrape: what all workers expose, merged, and what the master knows itself.
 *
 * <p>The workers' families keep their names. The master's own are named {@code prefork_*}; what is known of the master's own
 * JVM and process is shown as {@code prefork_master_*}, whether workers have a family of that name or not, so that no name
 * ever changes its meaning. Of all else that is counted in the master nothing is shown: the application's meters are there as
 * well, but no requests are served there.
 *
 * <p>Threading: any thread.
 */
public final class Scrape {
    private static final String OURS = "prefork_";
    private static final String MASTER = "prefork_master_";

    /** Of the master's own process. */
    private static final List<String> SHOWN = List.of("jvm_", "process_");

    /** The same in a unit that is none, beside {@code process_cpu_usage}; the kernel's own figure is exact. */
    private static final String NOT_SHOWN = "process_cpu_time";

    private final Merger merger;
    private final List<WorkerSource> sources;
    private final Supplier<Snapshot> snapshot;
    private final Runnable look;
    private volatile Counts counts = new Counts(0, 0);

    /** Where metrics of workers come from. */
    public interface WorkerSource {

        /**
         * Brings the merger up to date, without waiting for any worker for longer than a moment.
         *
         * @param ready the workers that are expected to have something to say
         */
        Counts refresh(List<Snapshot.Worker> ready);
    }

    /**
     * Of how many workers there are current metrics in an answer, and of how many there should be.
     *
     * @param missing ready workers that have said nothing, or nothing lately: what they said before is still counted
     */
    public record Counts(int merged, int missing) {
        Counts and(Counts other) {
            return new Counts(merged + other.merged, missing + other.missing);
        }
    }

    /** @param look brings up to date what the master's own meters show */
    public Scrape(Merger merger, List<WorkerSource> sources, Supplier<Snapshot> snapshot, Runnable look) {
        this.look = look;
        this.merger = merger;
        this.sources = List.copyOf(sources);
        this.snapshot = snapshot;
    }

    /** As of the last answer. */
    public Counts counts() {
        return counts;
    }

    /** @param own reads what the master's registry has; called when the workers have been read */
    public Exposition collect(Supplier<Exposition> own) {
        Snapshot now = snapshot.get();
        merger.divideAmong(now.desired());
        List<Snapshot.Worker> ready = now.workers().stream()
                .filter(worker -> worker.state().equals(Optional.of(WorkerState.READY)))
                .toList();
        counts = sources.stream().map(source -> source.refresh(ready)).reduce(new Counts(0, 0), Counts::and);
        look.run();
        return named(own.get()).and(merger.merged());
    }

    private static Exposition named(Exposition own) {
        return own.select(family -> {
            if (family.name().startsWith(OURS)) {
                return Optional.of(family.name());
            }
            boolean shown = SHOWN.stream().anyMatch(family.name()::startsWith)
                    && !family.name().startsWith(NOT_SHOWN);
            return shown ? Optional.of(MASTER + family.name()) : Optional.empty();
        });
    }
}
