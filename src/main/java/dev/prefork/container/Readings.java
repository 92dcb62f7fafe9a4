package dev.prefork.container;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel says about the cores and the memory this process may use, read once. Immutable. Works with cgroups of
 * version 1, version 2 and both; what is missing or unreadable counts as unlimited and is absent here. To read costs some
 * twenty small files, and readings of an unchanged container are equal, so code that waits for a change may read again and
 * compare.
 *
 * @param cpuQuota cores by the CPU bandwidth limit, 2.5 for instance
 * @param cpuset CPUs the cpuset allows
 * @param affinity CPUs the process may be scheduled on; see sched_setaffinity(2)
 * @param memoryLimit bytes; only a limit below the machine's memory is one
 * @param memoryTotal bytes of memory the machine has
 * @param source where the limits were read
 * @param oomRegime what happens when memory runs out
 */
public record Readings(
        OptionalDouble cpuQuota,
        OptionalInt cpuset,
        OptionalInt affinity,
        OptionalLong memoryLimit,
        OptionalLong memoryTotal,
        CgroupSource source,
        OomRegime oomRegime) {

    /** Readings that come from no cgroup. */
    public Readings(
            OptionalDouble cpuQuota,
            OptionalInt cpuset,
            OptionalInt affinity,
            OptionalLong memoryLimit,
            OptionalLong memoryTotal) {
        this(cpuQuota, cpuset, affinity, memoryLimit, memoryTotal, CgroupSource.NONE, OomRegime.UNKNOWN);
    }

    /** Reads {@code /proc} and {@code /sys/fs/cgroup} below {@code root}, which is {@code /} but in tests. */
    public static Readings read(Path root) {
        OptionalLong total = memoryTotal(root.resolve(Path.of("proc", "meminfo")));
        // Page counts that mean "no limit" in version 1 stay far above any machine even if meminfo is unreadable.
        long machine = total.orElse(Long.MAX_VALUE / 2);
        Cgroups cgroups = Cgroups.of(root);
        Cgroup cpu = cgroups.cgroup("cpu");
        Cgroup memory = cgroups.cgroup("memory");
        OptionalLong limit = Limits.memory(memory);
        return new Readings(
                Limits.cpuQuota(cpu),
                Limits.cpuset(cgroups.cgroup("cpuset")),
                affinity(root.resolve(Path.of("proc", "self", "status"))),
                limit.isPresent() && limit.getAsLong() < machine ? limit : OptionalLong.empty(),
                total,
                CgroupSource.of(root, cgroups, cpu, memory),
                OomRegime.of(memory));
    }

    /** The bytes that are there to be used: the limit, or else all the machine has. */
    public OptionalLong memory() {
        return memoryLimit.isPresent() ? memoryLimit : memoryTotal;
    }

    /** The cores that may be used, by the narrowest of all limits; may be a fraction, and 0 if unknown. */
    public double cores() {
        return Cores.of(this).amount();
    }

    /** What was read and where, for {@code explain}. */
    public List<Reading> explanation() {
        String directories = String.join(", ", source.directories());
        return List.of(
                new Reading("cgroups", source.layout().toString()),
                new Reading("own cgroup", directories.isEmpty() ? "none" : directories),
                new Reading("CPU quota", cpuQuota.isPresent() ? Amount.ofCores(cpuQuota.getAsDouble()) : "none"),
                new Reading("cpuset", cpuset.isPresent() ? Amount.ofCpus(cpuset.getAsInt()) : "none"),
                new Reading("affinity", affinity.isPresent() ? Amount.ofCpus(affinity.getAsInt()) : "unknown"),
                new Reading("memory limit", memoryLimit.isPresent() ? Amount.ofBytes(memoryLimit.getAsLong()) : "none"),
                new Reading(
                        "machine memory",
                        memoryTotal.isPresent() ? Amount.ofBytes(memoryTotal.getAsLong()) : "unknown"),
                new Reading("out of memory", oomRegime.explanation()));
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
