package dev.prefork.master;

import dev.prefork.log.EventName;
import dev.prefork.log.Log;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.supervise.Supervisor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import jnr.constants.platform.Errno;

/**
 * The way out of a loop that broke: no worker may be left without a master. Where all went well there is nothing left to end.
 *
 * <p>Threading: the master's thread.
 */
final class BrokenEnd {
    private final Posix posix;
    private final Supervisor supervisor;
    private final Reaper reaper;
    private final Log log;
    private Optional<Deque<Integer>> left = Optional.empty();
    private boolean allEnded;

    BrokenEnd(Posix posix, Supervisor supervisor, Reaper reaper, Log log) {
        this.posix = posix;
        this.supervisor = supervisor;
        this.reaper = reaper;
        this.log = log;
    }

    boolean allEnded() {
        return allEnded;
    }

    /** Kills and reaps all that are left. Called again where memory was short, it goes on. */
    void endAll() {
        Deque<Integer> pids = left.orElseGet(() -> new ArrayDeque<>(supervisor.workerPids()));
        left = Optional.of(pids);
        List<String> failures = new ArrayList<>();
        while (!pids.isEmpty()) {
            int pid = pids.peek();
            end(failures, () -> {
                kill(pid);
                posix.reapWaiting(pid);
            });
            pids.remove();
        }
        for (int group : supervisor.leaderlessGroups()) {
            end(failures, () -> kill(group));
        }
        allEnded = true;
        failures.forEach(line -> log.error(EventName.PROCESS_UNREACHABLE, line));
    }

    /** All that can be killed is, before the rest is an error. */
    private void kill(int worker) {
        List<ErrnoException> refused = new ArrayList<>();
        reaper.signal(worker, Signal.KILL, (pid, signal, why) -> refused.add(why));
        if (!refused.isEmpty()) {
            throw refused.get(0);
        }
    }

    /** Fails for none but the one: it may be gone, or not ours to signal. Said later, when all others are ended. */
    private static void end(List<String> failures, Runnable worker) {
        try {
            worker.run();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ECHILD) {
                failures.add("a worker could not be killed and may still run: " + e.getMessage());
            }
        }
    }
}
