package dev.prefork.container;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What one worker gets of the cores and the memory. Immutable.
 *
 * <p>Without it every JVM would see the whole container: as many threads per pool as if it were alone, and a heap that,
 * times the workers, is more than the memory limit.
 *
 * @param cores at least 1
 * @param heap bytes for the heap of a JVM worker; absent without a memory limit
 */
public record WorkerShare(int cores, OptionalLong heap) {
    /** What a JVM needs beside its heap whatever the load: code, metaspace, its own threads. */
    private static final long OUTSIDE_THE_HEAP = 64L << 20;

    /** Below this no Quarkus application starts; the JVM shall say so itself rather than fail on an absurd number. */
    private static final long LEAST_HEAP = 32L << 20;

    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");
    private static final List<String> CORES = List.of("-XX:ActiveProcessorCount=");
    private static final List<String> HEAP =
            List.of("-Xmx", "-mx", "-XX:MaxHeapSize=", "-XX:MaxRAM=", "-XX:MaxRAMPercentage=", "-XX:MaxRAMFraction=");

    /**
     * The share of one of {@code workers}. The heap is three quarters of what is left of the worker's part of the memory
     * limit after 64 MiB that a JVM needs beside it, and at least 32 MiB; the quarter is for buffers and thread stacks.
     */
    public static WorkerShare of(Readings readings, int workers, WorkerKind kind) {
        int cores = Math.max(1, (int) Math.floor(Cores.of(readings).amount() / workers));
        OptionalLong limit = readings.memoryLimit();
        if (limit.isEmpty()) {
            return new WorkerShare(cores, OptionalLong.empty());
        }
        long memory = Math.max(0, limit.getAsLong() - kind.masterMemory()) / workers;
        long heap = Math.max(LEAST_HEAP, (memory - OUTSIDE_THE_HEAP) / 4 * 3);
        return new WorkerShare(cores, OptionalLong.of(heap));
    }

    /** The flags for a JVM of our own beside {@code given} and those in this process' environment. */
    public List<String> jvmFlags(List<String> given) {
        return jvmFlags(given, System.getenv());
    }

    /** The flags for a JVM of our own; what the user decided, as an argument or in the environment, is left alone. */
    List<String> jvmFlags(List<String> given, Map<String, String> environment) {
        Stream<String> inherited = VARIABLES.stream()
                .map(variable -> environment.getOrDefault(variable, ""))
                .flatMap(options -> Arrays.stream(options.split("[\\s'\"]+")));
        List<String> decided = Stream.concat(given.stream(), inherited).toList();
        List<String> flags = new ArrayList<>();
        if (!isDecided(decided, CORES)) {
            flags.add("-XX:ActiveProcessorCount=" + cores);
        }
        if (heap.isPresent() && !isDecided(decided, HEAP)) {
            flags.add("-Xmx" + (heap.getAsLong() >> 20) + "m");
        }
        return List.copyOf(flags);
    }

    private static boolean isDecided(List<String> options, List<String> prefixes) {
        return options.stream().anyMatch(option -> prefixes.stream().anyMatch(option::startsWith));
    }
}
