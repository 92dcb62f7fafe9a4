package dev.prefork.procfs;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which workers wait for connections of a listening socket, as seen in /proc without any effect on them: a thread of one of
 * their processes sleeps in accept(2), epoll_wait(2), poll(2) or select(2) for it. An epoll set alone proves nothing where
 * more can be seen: it is shared with all processes that are forked after it was made.
 *
 * <p>io_uring(7) shows nothing, nor does a thread that is never seen asleep. For one thread.
 */
public final class AcceptWaits {
    private final Path proc;
    private final ProcessTree processes;
    private final SystemCalls calls;

    /**
     * One look.
     *
     * @param waiting the workers that wait for a connection
     * @param visible those of which at least one process was seen at all
     * @param hidden those with a process that this user may not look into; see PTRACE_MODE_READ_FSCREDS in ptrace(2)
     * @param blind those with a process whose descriptors prove nothing, and whose system calls may not be seen or are not known
     */
    public record Look(Set<Integer> waiting, Set<Integer> visible, Set<Integer> hidden, Set<Integer> blind) {}

    /** Reads below {@code proc}, which is /proc, with the system call numbers of this machine. */
    public AcceptWaits(Path proc) {
        this(proc, SystemCalls.of(System.getProperty("os.arch")));
    }

    AcceptWaits(Path proc, SystemCalls calls) {
        this.proc = proc;
        this.processes = new ProcessTree(proc);
        this.calls = calls;
    }

    /** Which of these workers wait for a connection on one of these sockets. */
    public Look look(Set<Long> inodes, Set<Integer> workers) {
        Look look = new Look(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        for (Map.Entry<Integer, Integer> member : processes.members(workers).entrySet()) {
            int worker = member.getValue();
            look.visible.add(worker);
            if (!look.waiting.contains(worker)) {
                WaitingProcess process = new WaitingProcess(proc.resolve(String.valueOf(member.getKey())), calls);
                switch (process.look(inodes)) {
                    case WAITS -> look.waiting.add(worker);
                    case HIDDEN -> look.hidden.add(worker);
                    case BLIND -> look.blind.add(worker);
                    case OTHERWISE -> {
                        continue;
                    }
                }
            }
        }
        return look;
    }
}
