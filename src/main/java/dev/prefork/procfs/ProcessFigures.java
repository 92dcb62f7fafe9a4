package dev.prefork.procfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What process groups use, such as a worker and the processes that it started. Immutable; any thread.
 *
 * <p>One reading lists /proc and reads one small file of each process there, and looks at one more thing only of those that are
 * in a group asked for. Not at their status: it tells no more of the memory than stat does, and takes the kernel longest to
 * write. A process that is gone before it was read, or that a mount with hidepid hides (proc(5)), is not there.
 *
 * <p>No CPU time is counted twice: a process adds its own to that of its parent in the moment in which it is waited for and
 * ceases to be listed (wait_task_zombie and __exit_signal in kernel/exit.c), so that it is found either in its own line or
 * in its parent's. But the lines are not read in one moment: the time of a child that is waited for in between may be
 * missing from one reading, or if its line comes first be in it twice. It is missing for good when a child is waited for by
 * a process outside the group, such as the one that adopts orphans, or not at all, because its parent ignores SIGCHLD (times(2)).
 * So the sum may fall.
 */
public final class ProcessFigures {
    /**
     * USER_HZ of include/asm-generic/param.h, the unit in which /proc tells times: 100 on x86-64 and aarch64, regardless of the HZ that the
     * kernel itself was built with. It is what sysconf(_SC_CLK_TCK) answers, of which proc_pid_stat(5) speaks; see time(7).
     */
    private static final double TICKS_PER_SECOND = 100;

    private final Path proc;

    /** Since Linux 6.2 the size of /proc/PID/fd is the number of its entries (proc_fd_getattr in fs/proc/fd.c); before it is 0. */
    private final boolean sizesTell;

    private final long pageSize;

    private ProcessFigures(Path proc) {
        this.proc = proc;
        this.sizesTell = KernelRelease.of(proc)
                .filter(running -> running.isAtLeast(6, 2))
                .isPresent();
        this.pageSize = PageSize.of(proc);
    }

    /** Those of the processes under {@code root}, which is {@code /} but in tests. */
    public static ProcessFigures of(Path root) {
        return new ProcessFigures(root.resolve("proc"));
    }

    /** The figures of each group that has a process, if only a zombie. */
    public Map<Integer, Figures> ofGroups(Set<Integer> groups) {
        Map<Integer, Figures> figures = new HashMap<>();
        if (groups.isEmpty()) {
            return figures;
        }
        for (Path process : ProcFiles.processes(proc)) {
            ProcessStat.of(process)
                    .filter(stat -> groups.contains(stat.kin().group()))
                    .ifPresent(stat -> figures.merge(stat.kin().group(), figures(process, stat), Figures::plus));
        }
        return figures;
    }

    /** The figures of one process alone, which may be a zombie; empty if it is not there. */
    public Optional<Figures> ofProcess(int pid) {
        Path process = proc.resolve(Integer.toString(pid));
        return ProcessStat.of(process).map(stat -> figures(process, stat));
    }

    /** A zombie has given back its memory and its files, and to look at them takes privileges (ptrace(2)). */
    private Figures figures(Path process, ProcessStat stat) {
        return new Figures(
                stat.ticks() / TICKS_PER_SECOND,
                stat.dead() ? 0 : stat.residentPages() * pageSize,
                stat.dead() ? OptionalInt.of(0) : openFiles(process),
                stat.threads());
    }

    /** To list them, of a thousand workers that have many each, would make a scrape slow. */
    private OptionalInt openFiles(Path process) {
        Path descriptors = process.resolve("fd");
        long size = sizesTell ? descriptors.toFile().length() : 0;
        return size > 0 ? OptionalInt.of((int) size) : listed(descriptors);
    }

    private static OptionalInt listed(Path descriptors) {
        try (Stream<Path> entries = Files.list(descriptors)) {
            return OptionalInt.of((int) entries.count());
        } catch (NoSuchFileException gone) {
            return OptionalInt.of(0);
        } catch (IOException | UncheckedIOException forbidden) {
            return OptionalInt.empty();
        }
    }
}
