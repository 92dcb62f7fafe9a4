package dev.prefork.probe;

import java.util.Set;

/** What finds out whether starting workers are ready, from outside. For one thread. */
public interface Probe extends AutoCloseable {
    /**
     * Probes for a moment.
     *
     * @param starting the pids, and so the process groups, of the workers of which it is to be found out
     * @return those of them that were proven ready
     */
    Set<Integer> round(Set<Integer> starting);

    /** Whether the next round should begin at once. */
    boolean isHolding();

    /** Lets go of what it holds. It may be used again afterwards. */
    @Override
    void close();
}
