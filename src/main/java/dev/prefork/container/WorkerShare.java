package dev.prefork.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one worker gets of the cores and the memory. Immutable.
 *
 * <p>Without it every JVM would see the whole container: as many threads per pool as if it were alone, and a heap that,
 * times the workers, is more than the memory limit.
 *
 * @param kind what the worker is
 * @param cores whole cores, at least 1
 * @param memory its part of the memory limit; absent without one
 */
public record WorkerShare(WorkerKind kind, int cores, Optional<MemoryShare> memory) {

    private static final long YOUNG = 64L << 20;
    private static final long LEAST_YOUNG = 4L << 20;

    /** The share of one of {@code workers}: at least one core, and its part of the memory limit if there is one. */
    public static WorkerShare of(Readings readings, int workers, WorkerKind kind) {
        return of(readings, workers, kind, 0);
    }

    /**
     * The same beside others that are booted, and need no core as long as they do not serve.
     *
     * @param standbys how many of these there are
     */
    public static WorkerShare of(Readings readings, int workers, WorkerKind kind, int standbys) {
        int cores = Math.max(1, (int) Math.floor(Cores.of(readings).amount() / workers));
        OptionalLong limit = readings.memoryLimit();
        return new WorkerShare(
                kind,
                cores,
                limit.isPresent()
                        ? Optional.of(new MemoryShare(limit.getAsLong(), kind.masterMemory(), workers, standbys))
                        : Optional.empty());
    }

    /** Whether a JVM worker would most likely not even start with it. */
    public boolean isTooSmall() {
        return kind.isJvm() && memory.filter(MemoryShare::isShort).isPresent();
    }

    /** Bytes for the heap of a JVM worker; absent without a memory limit. */
    public OptionalLong heap() {
        return memory.map(share -> OptionalLong.of(share.heap())).orElse(OptionalLong.empty());
    }

    /**
     * The options for a native executable of our own beside {@code given}, which are left alone: the cores, the heap if there is
     * a memory limit, since its own default is 80 % of that for each process, and the young generation, whose default is so
     * small that a busy worker spends a quarter of its time on collections. 64 MiB were the best of what was measured, and a
     * larger one was worse; no more than a quarter of the share and half of the heap, so that the rest has room.
     */
    public List<String> nativeOptions(List<String> given) {
        List<String> options = new ArrayList<>();
        if (!isGiven(given, "-XX:ActiveProcessorCount=")) {
            options.add("-XX:ActiveProcessorCount=" + cores);
        }
        boolean theirs = isGiven(given, "-Xmx") || isGiven(given, "-XX:MaxHeapSize=");
        memory.filter(share -> !theirs).ifPresent(share -> options.add("-Xmx" + (share.nativeHeap() >> 20) + "m"));
        // Beside a heap of theirs, whose size may be any, the runtime's own rule is the safe one.
        if (!theirs && !isGiven(given, "-Xmn") && !isGiven(given, "-XX:MaxNewSize=")) {
            options.add("-Xmn" + (young() >> 20) + "m");
        }
        return List.copyOf(options);
    }

    private long young() {
        return memory.map(share ->
                        Math.min(YOUNG, Math.max(LEAST_YOUNG, Math.min(share.each() / 4, share.nativeHeap() / 2))))
                .orElse(YOUNG);
    }

    private static boolean isGiven(List<String> given, String option) {
        return given.stream().anyMatch(word -> word.startsWith(option));
    }

    /** The flags for a JVM of our own beside {@code given}, with this process' environment. */
    public List<String> jvmFlags(List<String> given) {
        return jvmFlags(given, System.getenv());
    }

    /**
     * The flags for a JVM of our own, by the arguments it has and the environment it will have. What the user decided, as an argument or in the environment, is left alone; everything is, where
     * the user's options are in files, which this process need not see as the worker will.
     */
    public List<String> jvmFlags(List<String> given, Map<String, String> environment) {
        JvmOptions decided = JvmOptions.of(given, environment);
        if (decided.areInFiles()) {
            return List.of();
        }
        List<String> flags = new ArrayList<>();
        if (!decided.decideCores()) {
            flags.add("-XX:ActiveProcessorCount=" + cores);
        }
        memory.ifPresent(share -> addMemory(share, decided, flags));
        return List.copyOf(flags);
    }

    private void addMemory(MemoryShare share, JvmOptions decided, List<String> flags) {
        boolean ourHeap = !decided.decideHeap(share.heap());
        if (ourHeap) {
            flags.add("-Xmx" + (share.heap() >> 20) + "m");
        }
        boolean ourOneCore = cores == 1 && !decided.decideCores();
        if ((ourOneCore || share.isBelowServerMachine()) && !decided.decideCollector()) {
            flags.add("-XX:+UseSerialGC");
        }
        // What is left beside a heap that is not ours is not known.
        if (ourHeap && share.metaspace().isPresent() && !decided.decideMetaspace()) {
            flags.add("-XX:MaxMetaspaceSize=" + (share.metaspace().getAsLong() >> 20) + "m");
        }
    }

    /**
     * What {@code JAVA_TOOL_OPTIONS} shall be for a command whose program is {@code java}: the user's own, then the flags
     * that was never decided. Every JVM that the worker starts takes them as well.
     *
     * @param commandLine the program and its arguments
     * @param environment the worker's
     * @return empty if the variable shall stay as it is
     */
    public Optional<String> toolOptions(List<String> commandLine, Map<String, String> environment) {
        if (!WorkerKind.isJava(commandLine)) {
            return Optional.empty();
        }
        String flags = String.join(" ", jvmFlags(commandLine.subList(1, commandLine.size()), environment));
        String before = environment.getOrDefault(JvmOptions.TOOL_OPTIONS, "").strip();
        return flags.isEmpty() ? Optional.empty() : Optional.of(before.isEmpty() ? flags : before + " " + flags);
    }

    /** The arithmetic, one sentence each; what the user decided for the JVM is not in it. */
    public List<String> explanation() {
        String each = "each worker: " + Amount.ofCores(cores);
        if (memory.isEmpty()) {
            return List.of(kind.isJvm() ? each + "; no memory limit, so heap and collector are left to the JVM" : each);
        }
        MemoryShare share = memory.get();
        String part = Amount.ofBytes(share.each()) + ": (" + Amount.ofBytes(share.limit()) + " limit - "
                + Amount.ofBytes(share.master()) + " master) / "
                + (share.standbys() == 0
                        ? Amount.ofWorkers(share.workers())
                        : "(" + Amount.ofWorkers(share.workers()) + " + " + Amount.ofStandbys(share.standbys()) + ")");
        if (kind == WorkerKind.NATIVE_BUILT_IN) {
            return List.of(each + ", heap " + Amount.ofBytes(share.nativeHeap()) + " of " + part
                    + ", half of it without 16 MiB outside the heap, since the collector copies");
        }
        if (!kind.isJvm()) {
            return List.of(each + ", " + part);
        }
        String heap = each + ", heap " + Amount.ofBytes(share.heap()) + " of " + part + ", ";
        return List.of(
                heap
                        + (share.isShort()
                                ? "too little, but the least that a JVM starts with"
                                : "less " + Amount.ofBytes(MemoryShare.OUTSIDE_THE_HEAP)
                                        + " outside the heap, three quarters for the heap"),
                collector(share) + "; " + metaspace(share));
    }

    private String collector(MemoryShare share) {
        if (cores == 1) {
            return "serial collector, because each worker has 1 core";
        }
        return share.isBelowServerMachine()
                ? "serial collector, as the JVM chooses for a machine of " + Amount.ofBytes(share.each())
                : "collector chosen by the JVM";
    }

    private static String metaspace(MemoryShare share) {
        return share.metaspace().isPresent()
                ? "metaspace of " + Amount.ofBytes(share.metaspace().getAsLong())
                        + " at most, all that is left outside the heap"
                : "metaspace without a limit, because less than " + Amount.ofBytes(MemoryShare.LEAST_METASPACE)
                        + " are left outside the heap";
    }
}
