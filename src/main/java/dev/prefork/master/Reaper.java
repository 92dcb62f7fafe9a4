package dev.prefork.master;

import dev.prefork.os.Posix;
import dev.prefork.supervise.Event;
import dev.prefork.supervise.Supervisor;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Finds out which children have ended. The workers' reaping itself is the supervisor's to order.
 *
 * <p>Threading: the master's thread only.
 */
final class Reaper {
    private final Posix posix;
    private final Supervisor supervisor;
    private final boolean adoptsOrphans;
    private volatile long strangers;

    /**
     * @param adoptsOrphans whether this process is the reaper of its descendants, as PID 1 or as a subreaper: then every
     *     ended child is ours to reap. Otherwise only workers are looked at, since somebody else in this process may
     *     wait for other children
     */
    Reaper(Posix posix, Supervisor supervisor, boolean adoptsOrphans) {
        this.posix = posix;
        this.supervisor = supervisor;
        this.adoptsOrphans = adoptsOrphans;
    }

    /** Tells {@code ended} of each worker that has ended; whoever listens must have reaped it on return. */
    void sweep(Consumer<Event> ended) {
        if (adoptsOrphans) {
            for (OptionalInt pid = posix.peekExited(); pid.isPresent(); pid = posix.peekExited()) {
                if (supervisor.isWorker(pid.getAsInt())) {
                    ended.accept(new Event.Ended(pid.getAsInt()));
                } else {
                    posix.reap(pid.getAsInt());
                    strangers++;
                }
            }
        } else {
            for (int pid : supervisor.workerPids()) {
                if (posix.hasEnded(pid)) {
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

    /**
     * Reaps a worker and says how it ended, and what is left of its group. A group can only be waited for by a process
     * that is told of every member's end, that is one that adopts orphans; any other ends the rest at once.
     */
    Event.Reaped reap(int pid) {
        var status = posix.reap(pid)
                .orElseThrow(() -> new IllegalStateException("pid " + pid + " has not ended, yet it was seen to"));
        boolean left = posix.groupExists(pid);
        if (left && !adoptsOrphans) {
            posix.killGroup(pid, dev.prefork.os.Signal.KILL);
            left = false;
        }
        return new Event.Reaped(pid, status, left);
    }

    /** How many orphans that were never workers have been reaped. */
    long strangers() {
        return strangers;
    }
}
