package dev.prefork.container;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How many workers there will be, and why. Immutable.
 *
 * @param workers at least 1
 * @param explanation for the start-up banner, one sentence each
 */
public record Sizing(int workers, List<String> explanation) {

    public Sizing {
        explanation = List.copyOf(explanation);
    }

    /**
     * The number that was asked for, or else {@link #auto}.
     *
     * @param standbys how many more processes share the memory
     */
    public static Sizing of(OptionalInt asked, Readings readings, WorkerKind kind, int standbys) {
        return asked.isPresent() ? asked(asked.getAsInt(), readings, kind, standbys) : auto(readings, kind, standbys);
    }

    /** One worker per whole core, at least one, and no more than the memory carries. */
    public static Sizing auto(Readings readings, WorkerKind kind) {
        return auto(readings, kind, 0);
    }

    private static Sizing auto(Readings readings, WorkerKind kind, int standbys) {
        Cores cores = Cores.of(readings);
        OptionalLong memory = readings.memory();
        long carried = memory.isPresent() ? Math.max(0, carried(memory.getAsLong(), kind) - standbys) : Long.MAX_VALUE;
        int workers = (int) Math.max(1, Math.min(cores.whole(), carried));
        List<String> explanation = new ArrayList<>();
        explanation.add(
                Amount.ofWorkers(workers) + ": " + cores.reason() + memoryReason(readings, carried, cores.whole())
                        + (memory.isPresent() && standbys > 0 ? " beside " + Amount.ofStandbys(standbys) : ""));
        if (carried < cores.whole()) {
            explanation.add("memory is estimated at " + Amount.ofBytes(kind.masterMemory()) + " for the master and "
                    + Amount.ofBytes(kind.workerMemory()) + " for each worker; --workers overrides it");
        }
        return new Sizing(workers, explanation);
    }

    /** The number that was asked for, with what {@link #auto} would have chosen when that is less. */
    private static Sizing asked(int workers, Readings readings, WorkerKind kind, int standbys) {
        Sizing auto = auto(readings, kind, standbys);
        String asked = Amount.ofWorkers(workers) + ", as configured";
        return workers <= auto.workers
                ? new Sizing(workers, List.of(asked))
                : new Sizing(workers, List.of(asked, "auto would be " + auto.explanation.get(0)));
    }

    private static long carried(long memory, WorkerKind kind) {
        return Math.max(0, (memory - kind.masterMemory()) / kind.workerMemory());
    }

    private static String memoryReason(Readings readings, long carried, int cores) {
        if (readings.memory().isEmpty()) {
            return "";
        }
        String amount = Amount.ofBytes(readings.memory().getAsLong());
        if (carried < cores) {
            String what = readings.memoryLimit().isPresent() ? "memory limit " + amount : "memory of " + amount;
            return "; " + what + (carried == 0 ? " is not enough even for 1" : " allows only " + carried);
        }
        // Without a limit the machine's memory is only worth a word when it is what decides.
        return readings.memoryLimit().isPresent() ? "; memory limit " + amount + " carries " + carried : "";
    }
}
