package dev.prefork.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel says about the cores and the memory this process may use, read once. Immutable. Works with cgroups of
 * version 1, version 2 and both; what is missing or unreadable counts as unlimited and is absent here. To read costs some
 * twenty small files, and readings of an unchanged container are equal, so code that waits for a change may read again and
 * compare.
 *
 * @param source where the limits were read
 * @param oomRegime what happens when memory runs out
 */
public record Readings(Cpu cpu, Memory memoryReadings, CgroupSource source, OomRegime oomRegime) {
    /** Where the request, which most containers do not tell, stands among what is explained. */
    private static final int AFTER_QUOTA = 3;

    /**
     * The cores, by each limit.
     *
     * @param quota cores by the CPU bandwidth limit, 2.5 for instance
     * @param cpuset CPUs the cpuset allows
     * @param affinity CPUs the process may be scheduled on; see sched_setaffinity(2)
     * @param request cores that the pod requests, as its {@link CpuRequest} says
     */
    public record Cpu(OptionalDouble quota, OptionalInt cpuset, OptionalInt affinity, OptionalDouble request) {}

    /**
     * The memory.
     *
     * @param limit bytes; only a limit below the machine's memory is one
     * @param total bytes of memory the machine has
     */
    public record Memory(OptionalLong limit, OptionalLong total) {}

    /** Readings that come from no cgroup. */
    public Readings(
            OptionalDouble cpuQuota,
            OptionalInt cpuset,
            OptionalInt affinity,
            OptionalLong memoryLimit,
            OptionalLong memoryTotal) {
        this(
                new Cpu(cpuQuota, cpuset, affinity, OptionalDouble.empty()),
                new Memory(memoryLimit, memoryTotal),
                CgroupSource.NONE,
                OomRegime.UNKNOWN);
    }

    /**
     * Reads {@code /proc} and {@code /sys/fs/cgroup} below {@code root}, which is {@code /} but in tests.
     *
     * @param environment this process', for the CPU request
     */
    public static Readings read(Path root, Map<String, String> environment) {
        OptionalLong total = memoryTotal(root.resolve(Path.of("proc", "meminfo")));
        // Page counts that mean "no limit" in version 1 stay far above any machine even if meminfo is unreadable.
        long machine = total.orElse(Long.MAX_VALUE / 2);
        Cgroups cgroups = Cgroups.of(root);
        Cgroup cpu = cgroups.cgroup("cpu");
        Cgroup memory = cgroups.cgroup("memory");
        OptionalLong limit = Limits.memory(memory);
        return new Readings(
                new Cpu(
                        Limits.cpuQuota(cpu),
                        Limits.cpuset(cgroups.cgroup("cpuset")),
                        affinity(root.resolve(Path.of("proc", "self", "status"))),
                        CpuRequest.of(environment)),
                new Memory(limit.isPresent() && limit.getAsLong() < machine ? limit : OptionalLong.empty(), total),
                CgroupSource.of(root, cgroups, cpu, memory),
                OomRegime.of(memory));
    }

    public OptionalDouble cpuQuota() {
        return cpu.quota();
    }

    public OptionalDouble cpuRequest() {
        return cpu.request();
    }

    public OptionalInt cpuset() {
        return cpu.cpuset();
    }

    public OptionalInt affinity() {
        return cpu.affinity();
    }

    public OptionalLong memoryLimit() {
        return memoryReadings.limit();
    }

    public OptionalLong memoryTotal() {
        return memoryReadings.total();
    }

    /** The same cores, and memory of which nothing is known. */
    public Readings coresAlone() {
        return new Readings(cpu, new Memory(OptionalLong.empty(), OptionalLong.empty()), source, oomRegime);
    }

    /** The bytes that are there to be used: the limit, or else all the machine has. */
    public OptionalLong memory() {
        return memoryLimit().isPresent() ? memoryLimit() : memoryTotal();
    }

    /** The cores that workers divide among them: by the narrowest of all limits, or what was requested; may be a fraction, and 0 if unknown. */
    public double cores() {
        return Cores.of(this).amount();
    }

    /** What was read and where, for {@code explain}. */
    public List<Reading> explanation() {
        String directories = String.join(", ", source.directories());
        List<Reading> explanation = new ArrayList<>(List.of(
                new Reading("cgroups", source.layout().toString()),
                new Reading("own cgroup", directories.isEmpty() ? "none" : directories),
                new Reading(
                        "CPU quota",
                        cpuQuota().isPresent() ? Amount.ofCores(cpuQuota().getAsDouble()) : "none"),
                new Reading("cpuset", cpuset().isPresent() ? Amount.ofCpus(cpuset().getAsInt()) : "none"),
                new Reading(
                        "affinity",
                        affinity().isPresent() ? Amount.ofCpus(affinity().getAsInt()) : "unknown"),
                new Reading(
                        "memory limit",
                        memoryLimit().isPresent() ? Amount.ofBytes(memoryLimit().getAsLong()) : "none"),
                new Reading(
                        "machine memory",
                        memoryTotal().isPresent() ? Amount.ofBytes(memoryTotal().getAsLong()) : "unknown"),
                new Reading("out of memory", oomRegime.explanation())));
        cpuRequest()
                .ifPresent(cores -> explanation.add(AFTER_QUOTA, new Reading("CPU request", Amount.ofCores(cores))));
        return List.copyOf(explanation);
    }

    private static OptionalInt affinity(Path status) {
        return TextFile.lines(status).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> CpuList.count(line.substring(line.indexOf(':') + 1)))
                .flatMapToInt(OptionalInt::stream)
                .findFirst();
    }

    private static OptionalLong memoryTotal(Path meminfo) {
        return TextFile.lines(meminfo).stream()
                .filter(line -> line.startsWith("MemTotal:") && line.endsWith("kB"))
                .map(line -> Limits.number(line.substring(line.indexOf(':') + 1, line.length() - 2)))
                .flatMapToLong(OptionalLong::stream)
                .filter(kibibytes -> kibibytes < Long.MAX_VALUE / 1024)
                .map(kibibytes -> kibibytes * 1024)
                .findFirst();
    }
}
