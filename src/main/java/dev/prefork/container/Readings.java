package dev.prefork.container;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel says about the cores and the memory this process may use, read once. Immutable. Works with cgroups of
 * version 1, version 2 and both; what is missing or unreadable counts as unlimited and is absent here.
 *
 * @param cpuQuota cores by the CPU bandwidth limit, 2.5 for instance
 * @param cpuset CPUs the cpuset allows
 * @param affinity CPUs the process may be scheduled on; see sched_setaffinity(2)
 * @param memoryLimit bytes; only a limit below the machine's memory is one
 * @param memoryTotal bytes of memory the machine has
 */
public record Readings(
        OptionalDouble cpuQuota,
        OptionalInt cpuset,
        OptionalInt affinity,
        OptionalLong memoryLimit,
        OptionalLong memoryTotal) {

    /** Reads {@code /proc} and {@code /sys/fs/cgroup} below {@code root}, which is {@code /} but in tests. */
    public static Readings read(Path root) {
        OptionalLong total = memoryTotal(root.resolve(Path.of("proc", "meminfo")));
        // Page counts that mean "no limit" in version 1 stay far above any machine even if meminfo is unreadable.
        long machine = total.orElse(Long.MAX_VALUE / 2);
        OptionalLong limit = Limits.memory(Cgroup.of(root, "memory"));
        return new Readings(
                Limits.cpuQuota(Cgroup.of(root, "cpu")),
                Limits.cpuset(Cgroup.of(root, "cpuset")),
                affinity(root.resolve(Path.of("proc", "self", "status"))),
                limit.isPresent() && limit.getAsLong() < machine ? limit : OptionalLong.empty(),
                total);
    }

    /** The bytes that are there to be used: the limit, or else all the machine has. */
    public OptionalLong memory() {
        return memoryLimit.isPresent() ? memoryLimit : memoryTotal;
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
