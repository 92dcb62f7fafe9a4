package dev.prefork.master;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.procfs.SessionMembers;
import dev.prefork.procfs.SessionMembers.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The sessions that workers lead, which have their pids as numbers. A process of a worker can move into another group of its
 * session, as a shell with job control does with each job; no signal to the worker's group reaches it then. But it can move
 * into no other session that exists (setsid(2), EPERM in setpgid(2)), so a session tells whose a process is, and its number
 * is not given to another while any process is in it.
 *
 * <p>Such processes are found below the worker and, once that has ended, below what this process adopted; never among all
 * that /proc shows. Each is held by a pidfd and asked for its session before it is signalled, since its parent may reap it, and
 * its number be another's, at any time. A look may miss one that forks meanwhile; so what is killed is killed again until a
 * look finds none.
 *
 * <p>Threading: the master's thread only.
 */
final class Sessions {
    private final Posix posix;
    private final Path proc;
    private final IntPredicate isWorker;
    private final Supplier<List<Integer>> adopted;
    private final Set<Integer> killed = new HashSet<>();

    /** Is told of a process that may not be signalled. */
    interface Unreachable {
        void tell(int pid, Signal signal, ErrnoException why);
    }

    /**
     * @param isWorker whether a pid is that of a worker that is not reaped
     * @param adopted the children of this process that it did not start
     */
    Sessions(Posix posix, Path proc, IntPredicate isWorker, Supplier<List<Integer>> adopted) {
        this.posix = posix;
        this.proc = proc;
        this.isWorker = isWorker;
        this.adopted = adopted;
    }

    /** Kills the worker and all of its session: killpg(2) is content with one process that it may signal, and says nothing of others. */
    boolean kill(int worker, Unreachable unreachable) {
        killed.add(worker);
        return send(members(worker, member -> true), worker, Signal.KILL, unreachable);
    }

    /** Asks what is in other groups of the session to stop. */
    void ask(int worker, Unreachable unreachable) {
        send(outside(worker), worker, Signal.TERM, unreachable);
    }

    /** Whether processes run in other groups of the session. */
    boolean areLeft(int worker) {
        return !outside(worker).isEmpty();
    }

    /** Kills what is found by now of the sessions that were killed and whose workers are reaped. */
    void killAgain() {
        // A worker that runs is killed when the supervisor says so, and may be a later one with the number.
        killed.removeIf(worker -> isWorker.test(worker)
                || !send(members(worker, member -> true), worker, Signal.KILL, (pid, signal, known) -> {}));
    }

    private List<Member> outside(int worker) {
        return members(worker, member -> member.group() != worker);
    }

    private List<Member> members(int worker, Predicate<Member> which) {
        List<Integer> roots = new ArrayList<>(adopted.get());
        if (isWorker.test(worker)) {
            // Of one that is reaped the number may be another's, and what it had is adopted.
            roots.add(worker);
        }
        return SessionMembers.below(proc, roots, worker).stream().filter(which).toList();
    }

    /** Whether there was any. */
    private boolean send(List<Member> members, int session, Signal signal, Unreachable unreachable) {
        boolean any = false;
        for (Member member : members) {
            try {
                any |= posix.killIf(member.pid(), () -> isIn(member.pid(), session), signal);
            } catch (ErrnoException e) {
                any = true;
                unreachable.tell(member.pid(), signal, e);
            }
        }
        return any;
    }

    private boolean isIn(int pid, int session) {
        try {
            return posix.sessionOf(pid) == session;
        } catch (ErrnoException gone) {
            return false;
        }
    }
}
