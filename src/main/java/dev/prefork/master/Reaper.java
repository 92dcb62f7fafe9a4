package dev.prefork.master;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.WaitStatus;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Exit;
import dev.prefork.supervise.Supervisor;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;

/**
 * Finds out which children have ended. The workers' reaping itself is the supervisor's to order.
 *
 * <p>Threading: the master's thread only.
 */
final class Reaper {
    private final Posix posix;
    private final Supervisor supervisor;
    private final MasterMode mode;
    private final Launcher launcher;
    private final OomLedger oom;
    private volatile long strangers;

    /** In a library only workers are looked at: other code in the process may wait for other children. */
    Reaper(Posix posix, Supervisor supervisor, MasterMode mode, Launcher launcher, OomLedger oom) {
        this.posix = posix;
        this.launcher = launcher;
        this.supervisor = supervisor;
        this.mode = mode;
        this.oom = oom;
    }

    /** Tells {@code ended} of each worker that has ended; the listener must have reaped it on return. */
    void sweep(Consumer<Event> ended) {
        if (mode == MasterMode.ENTRYPOINT) {
            for (OptionalInt pid = posix.peekExited(); pid.isPresent(); pid = posix.peekExited()) {
                if (supervisor.isWorker(pid.getAsInt())) {
                    ended.accept(new Event.Ended(pid.getAsInt()));
                } else {
                    posix.reap(pid.getAsInt());
                    reaped(pid.getAsInt());
                }
            }
        } else {
            for (int pid : supervisor.workerPids()) {
                if (hasEnded(pid)) {
                    ended.accept(new Event.Ended(pid));
                }
            }
        }
        for (int group : supervisor.leaderlessGroups()) {
            if (!posix.groupExists(group)) {
                ended.accept(new Event.GroupGone(group));
            }
        }
    }

    private void reaped(int other) {
        if (launcher.owns(other)) {
            launcher.ended();
        } else {
            strangers++;
        }
    }

    /**
     * Reaps a worker and says how it ended, and what is left of its group. A group can only be waited for by a process
     * that is told of every member's end, which is one that is given orphans; any other ends the rest at once, and does so
     * before the reaping: afterwards the number may belong to another process.
     *
     * @param causeOpen whether the kernel may have killed it; its count must not be spent on deaths that were our doing
     */
    Event.Reaped reap(int pid, boolean causeOpen) {
        if (mode == MasterMode.LIBRARY) {
            endGroup(pid);
        }
        WaitStatus status = status(pid);
        boolean groupLeft = mode == MasterMode.ENTRYPOINT && posix.groupExists(pid);
        boolean outOfMemory = causeOpen && Exit.tellsOfKill(status) && oom.claim(System.nanoTime());
        return new Event.Reaped(pid, status, groupLeft, outOfMemory);
    }

    /**
     * Sends a signal to a worker's group; false when it is gone. In a library a producer may have started a worker inside
     * another group: then to that process alone, and while it is not reaped, for afterwards the number may be another's.
     */
    boolean signal(int pid, Signal signal) {
        return posix.killGroup(pid, signal) || mode == MasterMode.LIBRARY && isChild(pid) && posix.kill(pid, signal);
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
