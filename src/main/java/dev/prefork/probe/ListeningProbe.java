package dev.prefork.probe;

import dev.prefork.procfs.ProcessTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out which starting workers listen on a socket of their own, where the master hands them none. It looks every 50 ms,
 * and connects to nothing. Where the processes of a worker cannot be looked into or seen, being alive for a second has to
 * do, and the log says so once. For one thread.
 */
public final class ListeningProbe implements Probe {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** So that looking at a thousand descriptors does not take a core. */
    private static final int REST_PER_WORK = 10;

    private final ProcessTree processes;

    private final Candidates candidates = new Candidates("listens");

    public ListeningProbe() {
        this(new ProcessTree(Path.of("/proc")));
    }

    ListeningProbe(ProcessTree processes) {
        this.processes = processes;
    }

    /** Returns as soon as one listens, or after 50 ms. */
    @Override
    public Set<Integer> round(Set<Integer> starting) {
        candidates.retain(starting);
        if (starting.isEmpty()) {
            return Set.of();
        }
        long begin = System.nanoTime();
        ProcessTree.Look look = processes.listening(starting);
        Set<Integer> ready =
                candidates.ready(starting, new Candidates.Look(look.listening(), look.visible(), look.hidden()), begin);
        if (ready.isEmpty()) {
            long worked = System.nanoTime() - begin;
            LockSupport.parkNanos(this, Math.max(PAUSE.toNanos(), REST_PER_WORK * worked));
        }
        return ready;
    }

    @Override
    public boolean isHolding() {
        return !candidates.isEmpty();
    }

    @Override
    public void close() {
        candidates.clear();
    }
}
