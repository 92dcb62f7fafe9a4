package dev.prefork.procfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the start of a worker has cost so far, with all processes that it has started and that are in its session. Immutable.
 *
 * @param cpuNanos no less than they have spent: /proc counts in hundredths of a second and leaves out what is below
 * @param atRest whether every thread of them sleeps: one that waits for a processor or for the disk is not at rest (state S of
 *     proc_pid_stat(5)), however little it has been given
 */
public record StartFigures(long cpuNanos, boolean atRest) {
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Those of the worker with this pid, which leads its session; empty where it cannot be seen. Reads below {@code proc}, which is /proc. */
    public static Optional<StartFigures> of(Path proc, int pid) {
        long ticks = 1;
        boolean atRest = true;
        List<SessionMembers.Member> members = SessionMembers.below(proc, List.of(pid), pid);
        for (SessionMembers.Member member : members) {
            Path process = proc.resolve(Integer.toString(member.pid()));
            ticks += ProcessStat.of(process).map(ProcessStat::ticks).orElse(0L);
            atRest &= sleeps(process);
        }
        return members.isEmpty() ? Optional.empty() : Optional.of(new StartFigures(ticks * NANOS_PER_TICK, atRest));
    }

    private static boolean sleeps(Path process) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                if (ProcFiles.read(thread.resolve("stat"))
                        .filter(stat -> !isAsleep(stat))
                        .isPresent()) {
                    return false;
                }
            }
            return true;
        } catch (IOException | DirectoryIteratorException gone) {
            return false;
        }
    }

    /** The name before the state may hold anything. */
    private static boolean isAsleep(String stat) {
        return stat.startsWith(") S", stat.lastIndexOf(')'));
    }
}
