package dev.prefork.probe;

import dev.prefork.listen.Listener;
import dev.prefork.os.Endpoint;
import dev.prefork.procfs.AcceptWaits;
import dev.prefork.procfs.Sockets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Finds out which starting workers accept connections. It looks every 50 ms whether a thread of theirs waits for one, which
 * has no effect on anything. A worker of which that is not seen within a second may wait in a way that does not show, such as
 * by io_uring: from then on an empty connection to the first TCP listener tells who accepts it, and after five seconds more
 * one to each of the others too, which no worker may serve.
 *
 * <p>Where the processes of a worker cannot be looked into, or only so far that nothing can be proven and there is no TCP listener
 * to connect to, being alive for a second has to do, and the log says so once. For one thread.
 */
public final class AcceptProbe implements Probe {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** So that looking at a thousand threads does not take a core. */
    private static final int REST_PER_WORK = 10;

    /** When the other listeners' turn comes: what no worker accepts there keeps a place in the queue, even when it is reset. */
    private static final Duration FIRST_ALONE = Duration.ofSeconds(6);

    private final AcceptWaits waits;
    private final Set<Long> inodes;
    private final List<ConnectionProbe> connections;
    private final Candidates candidates = new Candidates("accepts connections");

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
        candidates.retain(starting);
        if (starting.isEmpty()) {
            close();
            return Set.of();
        }
        long begin = System.nanoTime();
        Set<Integer> ready = look(starting, begin);
        long worked = System.nanoTime() - begin;
        Duration age = Candidates.PATIENCE;
        for (ConnectionProbe connection : connections) {
            if (ready.isEmpty()) {
                ready.addAll(connection.round(candidates.unproven(age, begin)));
            }
            age = FIRST_ALONE;
        }
        if (ready.isEmpty()) {
            long next = begin + Math.max(PAUSE.toNanos(), worked * REST_PER_WORK);
            LockSupport.parkNanos(this, next - System.nanoTime());
        }
        candidates.remove(ready);
        return ready;
    }

    /** Without any effect on them. */
    private Set<Integer> look(Set<Integer> starting, long now) {
        AcceptWaits.Look look = waits.look(inodes, starting);
        Set<Integer> hidden = new HashSet<>(look.hidden());
        if (connections.isEmpty()) {
            // No connection will tell who accepts it.
            hidden.addAll(look.blind());
        }
        return candidates.ready(starting, new Candidates.Look(look.waiting(), look.visible(), hidden), now);
    }

    /** Closes its connections. It may be used again afterwards. */
    @Override
    public void close() {
        candidates.clear();
        connections.forEach(ConnectionProbe::close);
    }
}
