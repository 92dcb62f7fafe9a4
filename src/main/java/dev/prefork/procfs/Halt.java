package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Why a process does not run although it could have to; see proc_pid_stat(5). Immutable.
 *
 * @param ticks the CPU time that it had used by then
 */
public record Halt(Kind kind, long ticks) {

    /** What keeps it from running. */
    public enum Kind {
        /** A signal such as SIGSTOP; all its threads. */
        STOPPED,
        /** A debugger, or another process that uses ptrace(2). */
        TRACED,
        /** A call of the kernel that no signal ends, as while a disk or a file server does not answer. That of its first thread is seen. */
        UNINTERRUPTIBLE
    }

    /** By pid; of those that may run, or wait for what a signal would end, there is none. */
    public static Map<Integer, Halt> of(Path proc, Set<Integer> pids) {
        Map<Integer, Halt> halts = new HashMap<>();
        for (int pid : pids) {
            ProcessStat.of(proc.resolve(Integer.toString(pid))).ifPresent(stat -> kind(stat.state())
                    .ifPresent(kind -> halts.put(pid, new Halt(kind, stat.ticks()))));
        }
        return halts;
    }

    private static Optional<Kind> kind(char state) {
        return switch (state) {
            case 'T' -> Optional.of(Kind.STOPPED);
            case 't' -> Optional.of(Kind.TRACED);
            case 'D' -> Optional.of(Kind.UNINTERRUPTIBLE);
            default -> Optional.empty();
        };
    }
}
