package dev.prefork.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The kernel's count of processes that an OOM killer ended in our own memory cgroup, where the workers live too. Immutable;
 * any thread. The file is found once; each {@link #count} reads it anew, which costs some microseconds.
 *
 * <p>Our own cgroup is the right place, whichever cgroup's limit was hit. The kernel counts a kill for the cgroup of the process it
 * kills (memcg_memory_event in include/linux/memcontrol.h), so one for the sake of an ancestor's limit is counted here as
 * well. Version 2 adds it to the ancestors, so that cgroups below ours are included; version 1 does not, so an ancestor's
 * file would miss it. The {@code oom_group_kill} beside it is not added: it counts groups that were killed as a whole,
 * whose processes are in {@code oom_kill} one by one. See the kernel's documents cgroup-v2, "memory.events", and
 * cgroup-v1/memory, "OOM Control" (the count is there since Linux 4.13).
 */
public final class OomKills {
    private static final String KEY = "oom_kill ";

    private final Optional<Path> file;

    private OomKills(Optional<Path> file) {
        this.file = file;
    }

    /** Those in the cgroup of this process under {@code root}, which is {@code /} but in tests. */
    public static OomKills of(Path root) {
        return of(Cgroups.of(root));
    }

    static OomKills of(Cgroups cgroups) {
        Cgroup memory = cgroups.cgroup("memory");
        String name = memory.unified() ? "memory.events" : "memory.oom_control";
        return new OomKills(memory.own().map(directory -> directory.resolve(name)));
    }

    /** How many there were since the cgroup was made; absent if it cannot be read. Never runs backwards. */
    public OptionalLong count() {
        return file.map(TextFile::lines).orElse(List.of()).stream()
                .filter(line -> line.startsWith(KEY))
                .map(line -> line.substring(KEY.length()).strip())
                // The kernel's own numbers are shorter; anything else is garbage and shall not throw.
                .filter(number -> number.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
