package dev.prefork.container;

import java.nio.file.Path;
import java.util.OptionalLong;

/** What the memory limit leaves at this moment. Stateless; any thread. */
public final class FreeMemory {
    private FreeMemory() {}

    /**
     * Bytes that can be had before the kernel looks for a victim: the limit less the use, where files that were read once do
     * not count, as they are dropped first (memory.stat in the kernel's cgroup-v2 document). Of several limits the tightest.
     *
     * @param root {@code /} but in tests
     * @return empty where there is no limit, or the kernel does not tell the use
     */
    public static OptionalLong read(Path root) {
        Cgroup cgroup = Cgroups.of(root).cgroup("memory");
        return cgroup.directories().stream()
                .map(directory -> inside(cgroup, directory))
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    private static OptionalLong inside(Cgroup cgroup, Path directory) {
        OptionalLong limit = Limits.memory(cgroup, directory);
        OptionalLong used = number(directory.resolve(cgroup.unified() ? "memory.current" : "memory.usage_in_bytes"));
        if (limit.isEmpty() || used.isEmpty()) {
            return OptionalLong.empty();
        }
        String name = cgroup.unified() ? "inactive_file " : "total_inactive_file ";
        return OptionalLong.of(
                limit.getAsLong() - used.getAsLong() + statistic(directory.resolve("memory.stat"), name));
    }

    private static OptionalLong number(Path file) {
        return TextFile.firstLine(file)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    private static long statistic(Path file, String name) {
        return TextFile.lines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .filter(text -> text.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
