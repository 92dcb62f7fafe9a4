package dev.prefork.quarkus.master;

import dev.prefork.app.LoopThread.Progress;
import dev.prefork.procfs.Figures;
import dev.prefork.procfs.ProcessFigures;
import dev.prefork.supervise.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * When Quarkus boots beside the workers: when they do not need the CPU for that any more, because all are ready or because
 * they wait for something else; and in any case after a while, since metrics wait for it. For one thread, once.
 *
 * @param progress waits for the workers for a while
 * @param cpuSeconds the CPU time of some processes
 */
record BootTurn(
        Function<Duration, Progress> progress,
        Supplier<Snapshot> snapshots,
        ToDoubleFunction<Set<Integer>> cpuSeconds) {
    static final Duration LOOK = Duration.ofMillis(250);

    /** 15 s in all: one scrape of the usual interval is refused at most, and a node that is short of CPU has booted Java by then. */
    static final int MOST_LOOKS = 60;

    /** Of one core, between two looks. A worker that boots takes what it can get. */
    static final double IDLE = 0.2;

    /** In a row. The first processes have hardly run when they are first looked at. */
    static final int IDLE_LOOKS = 2;

    /** As many processes are looked at: of a thousand that do not boot Java the first are enough. */
    private static final int MOST_PROCESSES = 16;

    /** As the kernel counts it. */
    static ToDoubleFunction<Set<Integer>> kernelsCount() {
        ProcessFigures figures = ProcessFigures.of(Path.of("/"));
        return pids -> pids.stream()
                .limit(MOST_PROCESSES)
                .mapToDouble(
                        pid -> figures.ofProcess(pid).map(Figures::cpuSeconds).orElse(0.0))
                .sum();
    }

    /**
     * Returns when it is time; false if it is not to be any more, because the master has ended or is about to. In a stop the workers
     * need the CPU for their last requests, and Quarkus would hardly be there before their end.
     */
    boolean await() {
        return awaitTurn() && !snapshots.get().stopping();
    }

    private boolean awaitTurn() {
        double before = 0;
        int idle = 0;
        for (int look = 0; look < MOST_LOOKS && idle < IDLE_LOOKS; look++) {
            Progress now = progress.apply(LOOK);
            if (now != Progress.BOOTING) {
                return now == Progress.UP;
            }
            Snapshot workers = snapshots.get();
            if (workers.stopping()) {
                return false;
            }
            double used = cpuSeconds.applyAsDouble(workers.pids());
            // After an exit it is less than before: its replacement boots.
            boolean waits = used >= before && used - before < IDLE * LOOK.toMillis() / 1000;
            idle = waits ? idle + 1 : 0;
            before = used;
        }
        return true;
    }
}
