package dev.prefork.probe;

import dev.prefork.procfs.ProcessTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Finds out which starting workers listen on a socket of their own, where the master hands them none. It looks every 50 ms,
 * and connects to nothing. Where the processes of a worker cannot be looked into, being alive for a second has to do, and the
 * log says so once. For one thread.
 */
public final class ListeningProbe implements Probe {
    private static final Logger LOG = Logger.getLogger(ListeningProbe.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration UNSEEN = Duration.ofSeconds(1);

    /** So that looking at a thousand descriptors does not take a core. */
    private static final int REST_PER_WORK = 10;

    private final ProcessTree processes;

    /** Since when each worker has been looked at. */
    private final Map<Integer, Long> since = new HashMap<>();

    private boolean warned;

    public ListeningProbe() {
        this(new ProcessTree(Path.of("/proc")));
    }

    ListeningProbe(ProcessTree processes) {
        this.processes = processes;
    }

    /** Returns as soon as one listens, or after 50 ms. */
    @Override
    public Set<Integer> round(Set<Integer> starting) {
        since.keySet().retainAll(starting);
        if (starting.isEmpty()) {
            return Set.of();
        }
        long begin = System.nanoTime();
        Set<Integer> ready = new HashSet<>(processes.listening(starting));
        Set<Integer> hidden = processes.hidden();
        for (int pid : starting) {
            long first = since.computeIfAbsent(pid, unknown -> begin);
            if (hidden.contains(pid) && begin - first >= UNSEEN.toNanos() && ready.add(pid)) {
                warn(pid);
            }
        }
        if (ready.isEmpty()) {
            long worked = System.nanoTime() - begin;
            LockSupport.parkNanos(this, Math.max(PAUSE.toNanos(), REST_PER_WORK * worked));
        }
        return ready;
    }

    private void warn(int pid) {
        if (!warned) {
            warned = true;
            LOG.warnf(
                    "cannot see in /proc whether pid %d listens, so workers count as ready once they are alive for 1 s; run"
                            + " master and workers as the same user, give the master the capability SYS_PTRACE, or choose"
                            + " --ready notify or delay=D",
                    pid);
        }
    }

    @Override
    public boolean isHolding() {
        return !since.isEmpty();
    }

    @Override
    public void close() {
        since.clear();
    }
}
