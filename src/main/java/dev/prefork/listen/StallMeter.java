package dev.prefork.listen;

import dev.prefork.os.AcceptQueue;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.procfs.TcpTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds listeners on which connections wait while none is accepted.
 *
 * <p>Not for several threads. A look asks for the lengths of the queues, some microseconds for each socket, and only while one
 * is not empty for who waits there, which takes as long as {@link TcpTable} says.
 */
public final class StallMeter {
    private final QueueFigures queues;
    private final Map<Listener, StallClock> clocks;

    /**
     * A socket on which connections wait.
     *
     * @param listener as {@link QueueFigures.Figure} calls it
     * @param slot whose workers alone accept there; empty where all do
     * @param waiting how many
     * @param nanos for so long, at least, none was accepted; 0 until a second look, and after an accept
     */
    public record Stall(String listener, OptionalInt slot, int waiting, long nanos) {}

    public StallMeter(QueueFigures queues) {
        this.queues = queues;
        this.clocks = queues.listeners().stream()
                .distinct()
                .collect(Collectors.toMap(listener -> listener, listener -> new StallClock()));
    }

    /**
     * Looks, at the time {@code now} in nanoseconds. A listener of which the kernel does not tell who waits is left out, as is
     * a unix one with about a thousand connections in its queue.
     */
    public List<Stall> look(long now) {
        return queues.listeners().stream()
                .flatMap(listener -> look(listener, now))
                .toList();
    }

    private Stream<Stall> look(Listener listener, long now) {
        StallClock clock = clocks.get(listener);
        try {
            List<Integer> before = lengths(listener);
            if (before.stream().anyMatch(length -> length > 0)) {
                return stalls(listener, look(listener, before, now), clock);
            }
        } catch (ErrnoException | IOException untold) {
            // Rather nothing than a guess: what is told here may cost a worker its life.
        }
        clock.forget();
        return Stream.empty();
    }

    private QueueLook look(Listener listener, List<Integer> before, long now) throws IOException {
        if (listener.endpoint() instanceof Endpoint.Inet inet) {
            Set<String> waiting = TcpTable.waiting(inet);
            List<Integer> after = lengths(listener);
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < before.size(); i++) {
                lengths.add(Math.min(before.get(i), after.get(i)));
            }
            return new QueueLook(now, lengths, waiting);
        }
        List<Integer> inodes = queues.posix().unixWaiting(listener.descriptorFor(0));
        Set<String> waiting = new HashSet<>();
        inodes.stream().filter(inode -> inode != 0).forEach(inode -> waiting.add(Integer.toString(inode)));
        return new QueueLook(now, List.of(inodes.size()), waiting);
    }

    private List<Integer> lengths(Listener listener) {
        Posix posix = queues.posix();
        return listener.descriptors().stream()
                .map(listener.endpoint() instanceof Endpoint.Inet ? posix::acceptQueue : posix::unixAcceptQueue)
                .map(AcceptQueue::length)
                .toList();
    }

    private Stream<Stall> stalls(Listener listener, QueueLook look, StallClock clock) {
        List<Long> nanos = clock.look(look);
        List<Stall> stalls = new ArrayList<>();
        for (int i = 0; i < nanos.size(); i++) {
            // Where every client has reset its connection, places are left in the queue, but no connection waits.
            if (look.lengths().get(i) > 0 && !look.waiting().isEmpty()) {
                OptionalInt slot = nanos.size() == 1 ? OptionalInt.empty() : OptionalInt.of(i);
                stalls.add(
                        new Stall(queues.label(listener), slot, look.lengths().get(i), nanos.get(i)));
            }
        }
        return stalls.stream();
    }
}
