package dev.prefork.app;

import dev.prefork.container.FreeMemory;
import dev.prefork.container.WorkerKind;
import dev.prefork.procfs.Figures;
import dev.prefork.procfs.ProcessFigures;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether the memory carries one worker more at this moment: beside all there are, and what they have taken by now. An OOM kill ends
 * all processes of a container together where the kubelet sets memory.oom.group. Immutable; any thread.
 *
 * @param root {@code /} but in tests
 */
record MemoryRoom(Path root, WorkerKind kind, ProcessFigures figures) {
    /** So many are enough to know what one takes. */
    private static final int SAMPLE = 4;

    /** What runs here. */
    static MemoryRoom of(Path root, WorkerKind kind) {
        return new MemoryRoom(root, kind, ProcessFigures.of(root));
    }

    /** @param workers their pids */
    boolean isBeside(List<Integer> workers) {
        OptionalLong free = FreeMemory.read(root);
        return free.isEmpty() || free.getAsLong() >= need(workers);
    }

    /** What the others take, if that is more than the estimate. */
    private long need(List<Integer> workers) {
        Collection<Figures> some = figures.ofGroups(Set.copyOf(workers.subList(0, Math.min(SAMPLE, workers.size()))))
                .values();
        double each = some.stream().mapToLong(Figures::residentBytes).average().orElse(0);
        return Math.max(kind.workerMemory(), (long) each);
    }
}
