package dev.prefork.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the kernel will do here when memory runs out. Immutable. */
public enum OomRegime {
    /** Version 2 with {@code memory.oom.group}, as Kubernetes sets it from 1.28 on. */
    WHOLE_CONTAINER("an OOM kill ends the whole container at once, because memory.oom.group is set"
            + " (the kubelet's singleProcessOOMKill would spare the others)"),

    /** Version 1, version 2 without {@code memory.oom.group}, and the kubelet's {@code singleProcessOOMKill}. */
    ONE_PROCESS("an OOM kill ends one process: a worker, which is then replaced, rather than the master"),

    /** Version 1 with {@code oom_kill_disable}. */
    NO_KILL("no process is OOM-killed, because oom_kill_disable is set: workers hang until memory is freed"),

    /** No memory cgroup can be read. */
    UNKNOWN("cannot read what an OOM kill would end here");

    private final String explanation;

    OomRegime(String explanation) {
        this.explanation = explanation;
    }

    /** One sentence, for banner and {@code explain}. */
    public String explanation() {
        return explanation;
    }

    /**
     * The regime of a memory cgroup. Only what lies between it and the limit that is hit counts: the kernel looks for
     * {@code memory.oom.group} from the victim's cgroup up to the one that ran out (mem_cgroup_get_oom_group in
     * mm/memcontrol.c), and that one's {@code oom_kill_disable}.
     */
    static OomRegime of(Cgroup memory) {
        int top = narrowest(memory);
        if (top < 0) {
            return UNKNOWN;
        }
        return memory.unified()
                ? unified(memory.directories().subList(0, top + 1))
                : separate(memory.directories().get(top));
    }

    private static OomRegime unified(List<Path> directories) {
        List<String> groups = directories.stream()
                .map(directory -> TextFile.firstLine(directory.resolve("memory.oom.group")))
                .flatMap(Optional::stream)
                .toList();
        if (groups.contains("1")) {
            return WHOLE_CONTAINER;
        }
        // Before Linux 4.19 there are limits but no groups; in the machine's root are neither.
        boolean limitable = TextFile.firstLine(directories.get(0).resolve("memory.max"))
                .filter(max -> max.equals("max") || Limits.number(max).isPresent())
                .isPresent();
        return groups.contains("0") || limitable ? ONE_PROCESS : UNKNOWN;
    }

    private static OomRegime separate(Path directory) {
        List<String> control = TextFile.lines(directory.resolve("memory.oom_control"));
        if (control.contains("oom_kill_disable 1")) {
            return NO_KILL;
        }
        return control.contains("oom_kill_disable 0") ? ONE_PROCESS : UNKNOWN;
    }

    /** The uppermost of the directories with the smallest limit; the last of all if none limits; -1 if there are none. */
    private static int narrowest(Cgroup memory) {
        List<Path> directories = memory.directories();
        OptionalLong limit = Limits.memory(memory);
        int top = directories.size() - 1;
        while (top > 0
                && limit.isPresent()
                && !Limits.memory(memory, directories.get(top)).equals(limit)) {
            top--;
        }
        return top;
    }
}
