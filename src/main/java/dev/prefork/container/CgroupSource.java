package dev.prefork.container;

import java.nio.file.Path;
import java.util.List;

/**
 * Where readings come from. Immutable.
 *
 * @param layout which versions of cgroups there are
 * @param directories this process' own cgroups, as {@code /sys/fs/cgroup/…}: that of the CPU first, then that of the
 *     memory if it is another; none if there are none
 */
public record CgroupSource(Layout layout, List<String> directories) {
    static final CgroupSource NONE = new CgroupSource(Layout.NONE, List.of());

    /** Which versions of cgroups there are. */
    public enum Layout {
        /** A hierarchy for each controller. */
        V1("version 1"),

        /** One hierarchy for all controllers. */
        V2("version 2"),

        /** Controllers in hierarchies of their own, and the one of version 2 beside them with the rest or none. */
        HYBRID("hybrid (v1 and v2)"),

        /** None that can be seen. */
        NONE("none");

        private final String words;

        Layout(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    public CgroupSource {
        directories = List.copyOf(directories);
    }

    static CgroupSource of(Path root, Cgroups cgroups, Cgroup cpu, Cgroup memory) {
        List<Cgroup> found = List.of(cpu, memory).stream()
                .filter(cgroup -> cgroup.own().isPresent())
                .toList();
        if (found.isEmpty()) {
            return NONE;
        }
        List<String> directories = found.stream()
                .map(cgroup -> "/" + root.relativize(cgroup.own().orElseThrow()))
                .distinct()
                .toList();
        if (found.stream().allMatch(Cgroup::unified)) {
            return new CgroupSource(Layout.V2, directories);
        }
        boolean beside = cgroups.unified().isPresent() || found.stream().anyMatch(Cgroup::unified);
        return new CgroupSource(beside ? Layout.HYBRID : Layout.V1, directories);
    }
}
