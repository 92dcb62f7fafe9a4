package dev.prefork.listen;

import dev.prefork.os.AcceptQueue;
import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.procfs.Sockets;
import dev.prefork.procfs.Somaxconn;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * How full the accept queues are, for metrics. Immutable; any thread, while the listeners are open. Each {@link #read}
 * asks the kernel anew, some microseconds for each socket, and never waits.
 *
 * @param listeners those to read; a listener that grows later is another one
 * @param backlog what listen(2) was told for those that no parent handed in
 */
public record QueueFigures(Posix posix, List<Listener> listeners, int backlog) {

    /** From the shortest name on, what a listener may be called; the names of listeners have no colons. */
    private static final List<Function<Listener, String>> LABELS =
            List.of(Listener::name, QueueFigures::withPlace, QueueFigures::withAddress);

    /**
     * The queue of one listener, with reuse-port of all its sockets together.
     *
     * @param listener its name. Where several have the same, each is called name:port, or name:path; and where several have
     *     the same name and port, each is called name:address, such as {@code http:tcp4://127.0.0.1:8080}
     * @param waiting connections not accepted yet; on a unix listener only 0 or 1 where the kernel tells no more
     * @param limit how many may wait. The kernel refuses when there are more, not when there are as many, and so lets one
     *     more in for each socket (sk_acceptq_is_full in include/net/sock.h, unix_recvq_full in net/unix/af_unix.c)
     */
    public record Figure(String listener, long waiting, long limit) {

        private Figure plus(Figure other) {
            return new Figure(listener, waiting + other.waiting, limit + other.limit);
        }
    }

    public QueueFigures {
        listeners = List.copyOf(listeners);
    }

    /**
     * In the order of the listeners, no two of one name. One whose queue cannot be measured, closed already for instance, is
     * left out.
     */
    public List<Figure> read() {
        Map<String, Figure> figures = new LinkedHashMap<>();
        // With reuse-port, localhost and 127.0.0.1 may be two listeners of one name and address: the kernel has them
        // share.
        listeners.stream().flatMap(this::figure).forEach(each -> figures.merge(each.listener(), each, Figure::plus));
        return List.copyOf(figures.values());
    }

    /** All sockets of a listener or none: a part of the sum would pass for the whole. */
    private Stream<Figure> figure(Listener listener) {
        try {
            List<AcceptQueue> queues = listener.descriptors().stream()
                    .map(fd -> queue(listener, fd))
                    .toList();
            return Stream.of(
                    new Figure(label(listener), sum(queues, AcceptQueue::length), sum(queues, AcceptQueue::limit)));
        } catch (ErrnoException unmeasurable) {
            return Stream.empty();
        }
    }

    private AcceptQueue queue(Listener listener, int fd) {
        if (listener.endpoint() instanceof Endpoint.Inet) {
            return posix.acceptQueue(fd);
        }
        try {
            return posix.unixAcceptQueue(fd);
        } catch (ErrnoException untold) {
            return new AcceptQueue(posix.isReadable(fd) ? 1 : 0, unixLimit(listener));
        }
    }

    /** What a parent told listen(2) is not known; systemd tells it as much as the kernel allows (systemd.socket(5)). */
    private int unixLimit(Listener listener) {
        int cap = Somaxconn.cap(Somaxconn.FILE).orElse(backlog);
        return listener.adopted() ? cap : Math.min(backlog, cap);
    }

    private static long sum(List<AcceptQueue> queues, ToIntFunction<AcceptQueue> of) {
        return queues.stream().mapToLong(of::applyAsInt).sum();
    }

    /** The inodes of the sockets on which none of these stalls is. */
    public Set<Long> inodesBeside(List<StallMeter.Stall> stalls) {
        Set<Long> inodes = new HashSet<>();
        for (Listener listener : listeners) {
            for (int i = 0; i < listener.descriptors().size(); i++) {
                int slot = i;
                if (stalls.stream()
                        .noneMatch(stall -> stall.listener().equals(label(listener))
                                && stall.slot().orElse(slot) == slot)) {
                    Sockets.inodeOf(listener.descriptors().get(i)).ifPresent(inodes::add);
                }
            }
        }
        return inodes;
    }

    /**
     * The order of the listeners does not matter, so that a label means the same after a restart with more of them, unless
     * the new ones share its name.
     */
    public String label(Listener listener) {
        return LABELS.stream()
                .filter(label -> listeners.stream()
                                .map(label)
                                .filter(label.apply(listener)::equals)
                                .count()
                        == 1)
                .findFirst()
                .orElse(QueueFigures::withAddress)
                .apply(listener);
    }

    private static String withPlace(Listener listener) {
        return listener.name() + ":"
                + (listener.endpoint() instanceof Endpoint.Inet inet
                        ? inet.port()
                        : ((Endpoint.Unix) listener.endpoint()).path());
    }

    private static String withAddress(Listener listener) {
        return listener.name() + ":" + listener.endpoint();
    }
}
