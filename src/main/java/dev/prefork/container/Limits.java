package dev.prefork.container;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The limits in the files of a {@link Cgroup}: the smallest on the way up, absent where nothing limits. */
final class Limits {

    private Limits() {}

    /** The CPU bandwidth in cores; see the kernel's cgroup-v2 (cpu.max) and sched-bwc (cpu.cfs_quota_us) documents. */
    static OptionalDouble cpuQuota(Cgroup cgroup) {
        return cgroup.directories().stream()
                .map(directory -> cgroup.unified() ? maximum(directory) : completelyFair(directory))
                .flatMapToDouble(OptionalDouble::stream)
                .min();
    }

    /** How many CPUs the cpuset allows. */
    static OptionalInt cpuset(Cgroup cgroup) {
        String effective = cgroup.unified() ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
        return cgroup.directories().stream()
                .map(directory -> TextFile.firstLine(directory.resolve(effective))
                        .or(() -> TextFile.firstLine(directory.resolve("cpuset.cpus"))))
                .flatMap(Optional::stream)
                .map(CpuList::count)
                .flatMapToInt(OptionalInt::stream)
                .min();
    }

    /** The memory limit in bytes. Version 1 writes a huge number for none, which the caller holds against the machine. */
    static OptionalLong memory(Cgroup cgroup) {
        return cgroup.directories().stream()
                .map(directory -> memory(cgroup, directory))
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    /** The memory limit of one of its directories. */
    static OptionalLong memory(Cgroup cgroup, Path directory) {
        return numberIn(directory.resolve(cgroup.unified() ? "memory.max" : "memory.limit_in_bytes"));
    }

    private static OptionalDouble maximum(Path directory) {
        Optional<String[]> parts =
                TextFile.firstLine(directory.resolve("cpu.max")).map(line -> line.split("\\s+"));
        return parts.filter(p -> p.length == 2)
                .map(p -> cores(number(p[0]), number(p[1])))
                .orElse(OptionalDouble.empty());
    }

    private static OptionalDouble completelyFair(Path directory) {
        return cores(numberIn(directory.resolve("cpu.cfs_quota_us")), numberIn(directory.resolve("cpu.cfs_period_us")));
    }

    private static OptionalDouble cores(OptionalLong quota, OptionalLong period) {
        return quota.isPresent() && period.isPresent()
                ? OptionalDouble.of((double) quota.getAsLong() / period.getAsLong())
                : OptionalDouble.empty();
    }

    private static OptionalLong numberIn(Path file) {
        return TextFile.firstLine(file).map(Limits::number).orElse(OptionalLong.empty());
    }

    /** A positive number; absent for {@code max}, -1, 0, what does not fit a long, and garbage: none of these limits. */
    static OptionalLong number(String text) {
        try {
            long number = Long.parseLong(text.strip());
            return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
