package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory workers' processes hold that is theirs alone: anonymous pages in RAM, such as heaps and stacks. The rest of the
 * resident set are pages of files, which the kernel takes back when it needs them, and memory that is shared on purpose.
 *
 * <p>By RssAnon of proc_pid_status(5), which the kernel counts anyway. The proportional share in smaps_rollup is exact, but to sum it
 * up the kernel walks all pages while it holds the lock on the process' address space (mmap_lock): the worker would wait for us
 * whenever it maps memory, the longer the more it has. RssAnon is too much only where processes share what they have not
 * written to since fork(2). So that share is asked for only when several processes of a worker together have more than a limit.
 *
 * <p>For one thread.
 */
public final class OwnMemory {
    private static final Pattern COUNTED = Pattern.compile("^RssAnon:\\s+(\\d+) kB$", Pattern.MULTILINE);
    private static final Pattern SHARED_OUT = Pattern.compile("^Pss_Anon:\\s+(\\d+) kB$", Pattern.MULTILINE);
    private static final int KIBIBYTE = 1024;

    private final Path proc;
    private final ProcessTree tree;

    private OwnMemory(Path proc) {
        this.proc = proc;
        this.tree = new ProcessTree(proc);
    }

    /** That of the processes under {@code root}, which is {@code /} but in tests. */
    public static OwnMemory of(Path root) {
        return new OwnMemory(root.resolve("proc"));
    }

    /**
     * The bytes of each worker that is seen, with all processes of its group, its session, and their descendants.
     *
     * @param limit what is above is looked at closely, where that may be less
     */
    public Map<Integer, Long> ofWorkers(Set<Integer> workers, long limit) {
        Map<Integer, List<Path>> processes = new HashMap<>();
        if (!workers.isEmpty()) {
            tree.members(workers).forEach((pid, worker) -> processes
                    .computeIfAbsent(worker, none -> new ArrayList<>())
                    .add(proc.resolve(Integer.toString(pid))));
        }
        Map<Integer, Long> bytes = new HashMap<>();
        processes.forEach((worker, of) -> bytes.put(worker, sum(of, limit)));
        return bytes;
    }

    private static long sum(List<Path> processes, long limit) {
        long counted = processes.stream().mapToLong(OwnMemory::counted).sum();
        return counted > limit && processes.size() > 1
                ? processes.stream().mapToLong(OwnMemory::share).sum()
                : counted;
    }

    /** 0 where it is not told, as by kernels before 4.5, or when the process is gone. */
    private static long counted(Path process) {
        return bytes(process.resolve("status"), COUNTED).orElse(0);
    }

    /** What is shared after a fork is divided among those who share it; see Documentation/filesystems/proc.rst. */
    private static long share(Path process) {
        // Of another user's process it may not be read, see PTRACE_MODE_READ_FSCREDS in proc(5), and kernels before 5.4
        // do not tell.
        OptionalLong share = bytes(process.resolve("smaps_rollup"), SHARED_OUT);
        return share.isPresent() ? share.getAsLong() : counted(process);
    }

    private static OptionalLong bytes(Path file, Pattern line) {
        Matcher found = line.matcher(ProcFiles.readLong(file).orElse(""));
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1)) * KIBIBYTE) : OptionalLong.empty();
    }
}
