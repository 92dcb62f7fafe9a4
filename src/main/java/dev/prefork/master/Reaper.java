package dev.prefork.master;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import dev.prefork.procfs.Children;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Supervisor;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;

/**
 * Finds out which children have ended. The workers' reaping itself is the supervisor's to order.
 *
 * <p>Threading: the master's thread only.
 */
final class Reaper {
    private static final Path PROC = Path.of("/proc");

    private final Posix posix;
    private final Supervisor supervisor;
    private final MasterMode mode;
    private final Launcher launcher;
    private final OomLedger oom;
    private final Sessions sessions;
    private volatile long strangers;

    /** In a library only workers are looked at: other code in the process may wait for other children. */
    Reaper(Posix posix, Supervisor supervisor, MasterMode mode, Launcher launcher, OomLedger oom) {
        this.posix = posix;
        this.launcher = launcher;
        this.supervisor = supervisor;
        this.mode = mode;
        this.oom = oom;
        // In a library there is no telling which child was adopted.
        this.sessions = new Sessions(
                posix, PROC, supervisor::isWorker, mode == MasterMode.ENTRYPOINT ? this::adopted : List::of);
    }

    private List<Integer> adopted() {
        return Children.ofFirstThread(PROC, posix.getpid()).stream()
                .filter(pid -> !supervisor.isWorker(pid) && !launcher.owns(pid))
                .toList();
    }

    /** Tells {@code ended} of each worker that has ended; the listener must have reaped it on return. */
    void sweep(Consumer<Event> ended) {
        if (mode == MasterMode.ENTRYPOINT) {
            for (OptionalInt pid = posix.peekExited(); pid.isPresent(); pid = posix.peekExited()) {
                if (supervisor.isWorker(pid.getAsInt())) {
                    ended.accept(new Event.Ended(pid.getAsInt()));
                } else {
                    reaped(pid.getAsInt(), posix.reap(pid.getAsInt()).orElse(WaitStatus.UNKNOWN));
                }
            }
        } else {
            for (int pid : supervisor.workerPids()) {
                if (hasEnded(pid)) {
                    ended.accept(new Event.Ended(pid));
                }
            }
        }
        sessions.killAgain();
        for (int group : supervisor.leaderlessGroups()) {
            if (!posix.groupExists(group) && !sessions.areLeft(group)) {
                ended.accept(new Event.GroupGone(group));
            }
        }
    }

    private void reaped(int other, WaitStatus status) {
        if (launcher.owns(other)) {
            launcher.ended(other, status);
        } else {
            strangers++;
        }
    }

    /**
     * Reaps a worker and says how it ended, and whether anything is left of its group and session. These can only be waited for
     * by a process that is given orphans; any other ends the rest of the group at once, and does so before the reaping:
     * afterwards the number may belong to another process.
     *
     * @param causeOpen whether the kernel may have killed it; its count must not be spent on deaths that were our doing
     */
    Event.Reaped reap(int pid, boolean causeOpen) {
        if (mode == MasterMode.LIBRARY) {
            endGroup(pid);
        }
        boolean sessionLeft = mode == MasterMode.ENTRYPOINT && sessions.areLeft(pid);
        WaitStatus status = status(pid);
        boolean groupLeft = sessionLeft || mode == MasterMode.ENTRYPOINT && posix.groupExists(pid);
        boolean outOfMemory = causeOpen && Exit.tellsOfKill(status) && oom.claim(System.nanoTime());
        return new Event.Reaped(
                pid,
                status,
                groupLeft,
                new Event.Circumstances(outOfMemory, launcher.isToBlame(pid, status), launcher.lastError(pid)));
    }

    /**
     * Sends a signal to a worker's group, SIGKILL to its whole session; false when there is none. Each process gets it once,
     * for many servers take a second SIGTERM for an order to drop everything.
     */
    boolean signal(int pid, Signal signal, Sessions.Unreachable unreachable) {
        Set<Integer> told = new HashSet<>();
        Sessions.Unreachable once = (refused, sent, why) -> {
            if (told.add(refused)) {
                unreachable.tell(refused, sent, why);
            }
        };
        boolean reached = signalGroup(pid, signal, once);
        return signal == Signal.KILL && sessions.kill(pid, once) || reached;
    }

    private boolean signalGroup(int pid, Signal signal, Sessions.Unreachable unreachable) {
        try {
            return isOutsideOfItsGroup(pid) ? signalAlone(pid, signal) : posix.killGroup(pid, signal);
        } catch (ErrnoException e) {
            unreachable.tell(pid, signal, e);
            return true;
        }
    }

    /**
     * A worker that leads a session cannot leave its group, but in a library a producer may have started it inside another one. Such a
     * one that changes its group at this very moment may miss a SIGTERM; it never gets two.
     */
    private boolean isOutsideOfItsGroup(int pid) {
        try {
            return mode == MasterMode.LIBRARY && posix.groupOf(pid) != pid && isChild(pid);
        } catch (ErrnoException gone) {
            return false;
        }
    }

    /** To the worker alone, and while it is not reaped: afterwards the number may be another's. */
    boolean signalAlone(int pid, Signal signal) {
        return posix.killIf(pid, () -> isChild(pid), signal);
    }

    /** Asks what left the group of a reaped worker, but not its session, to stop. */
    void askSession(int pid, Sessions.Unreachable unreachable) {
        sessions.ask(pid, unreachable);
    }

    private boolean isChild(int pid) {
        return unlessReaped(() -> posix.hasEnded(pid) || true, false);
    }

    private boolean hasEnded(int pid) {
        return unlessReaped(() -> posix.hasEnded(pid), true);
    }

    private WaitStatus status(int pid) {
        return unlessReaped(
                () -> posix.reap(pid)
                        .orElseThrow(
                                () -> new IllegalStateException("pid " + pid + " has not ended, yet it was seen to")),
                WaitStatus.UNKNOWN);
    }

    /** What a producer started, other code of the process may reap, as the JDK does with all that it starts itself. */
    private <T> T unlessReaped(Supplier<T> call, T reaped) {
        try {
            return call.get();
        } catch (ErrnoException e) {
            if (mode == MasterMode.ENTRYPOINT || e.errno() != Errno.ECHILD) {
                throw e;
            }
            return reaped;
        }
    }

    private void endGroup(int pid) {
        try {
            posix.killGroup(pid, Signal.KILL);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            // What is left of it belongs to another user, out of reach.
        }
    }

    /** How many orphans that were never workers have been reaped. */
    long strangers() {
        return strangers;
    }
}
