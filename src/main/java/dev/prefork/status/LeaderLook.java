package dev.prefork.status;

import dev.prefork.procfs.AbstractSocket;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/**
 * Finds which worker leads: the one whose process has bound the leader's name. A process that a worker has started is not seen.
 *
 * <p>Threading: any thread. Looks once a second at most.
 */
public final class LeaderLook {
    private static final long SHORTEST_NANOS = 1_000_000_000L;

    private final AbstractSocket name;
    private OptionalInt leader = OptionalInt.empty();
    private long lookedAt;
    private boolean looked;

    public LeaderLook(AbstractSocket name) {
        this.name = name;
    }

    /** Which of these processes leads. */
    public synchronized OptionalInt look(Collection<Integer> pids, long now) {
        boolean fresh = looked && now - lookedAt < SHORTEST_NANOS;
        if (!fresh) {
            // Most likely the same as before.
            OptionalInt same = leader.isPresent() ? name.holder(List.of(leader.getAsInt())) : leader;
            leader = same.isPresent() ? same : name.holder(pids);
            lookedAt = now;
            looked = true;
        }
        return leader;
    }
}
