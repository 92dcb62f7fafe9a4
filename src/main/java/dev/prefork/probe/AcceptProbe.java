package dev.prefork.probe;

import dev.prefork.listen.Listener;
import dev.prefork.os.Endpoint;
import dev.prefork.procfs.AcceptWaits;
import dev.prefork.procfs.Sockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Finds out which starting workers accept connections. It looks every 50 ms whether a thread of theirs waits for one, which
 * has no effect on anything. A worker of which that is not seen within a second may wait in a way that does not show, such as
 * by io_uring: from then on an empty connection to the first TCP listener tells who accepts it, and after five seconds more
 * one to each of the others too, which no worker may serve.
 *
 * <p>Where the processes of a worker cannot be looked into, being alive for a second has to do, and the log says so once.
 * For one thread.
 */
public final class AcceptProbe implements Probe {
    private static final Logger LOG = Logger.getLogger(AcceptProbe.class);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** So that looking at a thousand threads does not take a core. */
    private static final int REST_PER_WORK = 10;

    private static final Duration PASSIVE = Duration.ofSeconds(1);

    /** When the other listeners' turn comes: what no worker accepts there keeps a place in the queue, even when it is reset. */
    private static final Duration FIRST_ALONE = Duration.ofSeconds(6);

    private final AcceptWaits waits;
    private final Set<Long> inodes;
    private final List<ConnectionProbe> connections;
    private final Map<Integer, Candidate> candidates = new HashMap<>();
    private boolean warned;

    /** A worker whose readiness is open. */
    private record Candidate(long since, boolean seen) {
        boolean isOld(long now) {
            return isOlder(PASSIVE, now);
        }

        boolean isOlder(Duration age, long now) {
            return now - since >= age.toNanos();
        }
    }

    /** Of workers that share these listeners. */
    public AcceptProbe(List<Listener> listeners) {
        this(new AcceptWaits(Path.of("/proc")), listeners);
    }

    AcceptProbe(AcceptWaits waits, List<Listener> listeners) {
        this.waits = waits;
        this.inodes = listeners.stream()
                .flatMap(listener -> listener.descriptors().stream())
                .flatMapToLong(descriptor -> Sockets.inodeOf(descriptor).stream())
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
        this.connections = listeners.stream()
                .filter(listener -> listener.endpoint() instanceof Endpoint.Inet)
                .map(ConnectionProbe::silent)
                .toList();
    }

    @Override
    public boolean isHolding() {
        return !candidates.isEmpty();
    }

    /** Returns as soon as one is proven ready, or after 50 ms. */
    @Override
    public Set<Integer> round(Set<Integer> starting) {
        candidates.keySet().retainAll(starting);
        if (starting.isEmpty()) {
            close();
            return Set.of();
        }
        long begin = System.nanoTime();
        Set<Integer> ready = look(starting, begin);
        long worked = System.nanoTime() - begin;
        Duration age = PASSIVE;
        for (ConnectionProbe connection : connections) {
            if (ready.isEmpty()) {
                ready.addAll(connection.round(hard(age, begin)));
            }
            age = FIRST_ALONE;
        }
        if (ready.isEmpty()) {
            long next = begin + Math.max(PAUSE.toNanos(), worked * REST_PER_WORK);
            LockSupport.parkNanos(this, next - System.nanoTime());
        }
        candidates.keySet().removeAll(ready);
        return ready;
    }

    /** Those not seen to wait at that age. */
    private Set<Integer> hard(Duration age, long now) {
        return candidates.entrySet().stream()
                .filter(each -> each.getValue().seen() && each.getValue().isOlder(age, now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Without any effect on them. */
    private Set<Integer> look(Set<Integer> starting, long now) {
        AcceptWaits.Look look = waits.look(inodes, starting);
        Set<Integer> ready = new HashSet<>(look.waiting());
        for (int pid : starting) {
            Candidate known = candidates.getOrDefault(pid, new Candidate(now, false));
            boolean seen = known.seen() || look.visible().contains(pid);
            candidates.put(pid, new Candidate(known.since(), seen));
            if (known.isOld(now) && (!seen || look.hidden().contains(pid)) && ready.add(pid)) {
                warn(pid);
            }
        }
        return ready;
    }

    private void warn(int pid) {
        if (!warned) {
            warned = true;
            LOG.warnf(
                    "cannot see in /proc whether pid %d accepts connections, so workers count as ready once they are alive"
                            + " for 1 s; run master and workers as the same user, give the master the capability SYS_PTRACE,"
                            + " or choose --ready notify or delay=D",
                    pid);
        }
    }

    /** Closes its connections. It may be used again afterwards. */
    @Override
    public void close() {
        candidates.clear();
        connections.forEach(ConnectionProbe::close);
    }
}
