package dev.prefork.listen;

import dev.prefork.os.Endpoint;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import dev.prefork.procfs.TcpTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stops new connections to the listeners that we bound, and counts those that still wait. Stateless.
 *
 * <p>What a parent handed in is left alone: a filter would stay on its socket when we are gone, and its queue is not lost
 * with us.
 */
record Drain(Posix posix, List<Listener> listeners) {

    Drain {
        listeners = listeners.stream().filter(listener -> !listener.adopted()).toList();
    }

    /** Shuts the TCP listeners, and says what could not be shut, one line each. */
    List<String> stopAccepting() {
        List<String> warnings = new ArrayList<>();
        for (Listener listener : listeners) {
            if (listener.endpoint() instanceof Endpoint.Unix unix) {
                if (unix.isAbstract()) {
                    warnings.add(
                            open(listener, "its name is in the abstract namespace, where there is no file to remove"));
                }
                continue;
            }
            try {
                listener.descriptors().forEach(posix::stopAccepting);
            } catch (ErrnoException e) {
                warnings.add(open(listener, e.getMessage()));
            }
        }
        try {
            // Connections that slipped past the filter are in waiting() afterwards.
            posix.awaitPacketsInHand();
        } catch (ErrnoException notHere) {
            // Some sandboxes lack the call. The gap is a few microseconds, and workers need longer to empty a queue.
            return warnings;
        }
        return warnings;
    }

    private static String open(Listener listener, String reason) {
        return "cannot stop new connections to " + listener + ": " + reason
                + "; connections made at the last moment of the stop may be reset";
    }

    /**
     * Looks at the queues twice: a connection whose handshake ends between the first look and the look at the handshakes is
     * seen in neither. Connections that were reset, such as a probe's to a listener that no worker serves, have no client that
     * waits.
     */
    int waiting() {
        int queued = queuedNotReset();
        if (queued > 0) {
            return queued;
        }
        int handshakes = handshakes();
        return handshakes > 0 ? handshakes : queuedNotReset();
    }

    private int queuedNotReset() {
        return listeners.stream()
                .mapToInt(listener -> {
                    int queued = queued(posix, listener);
                    return queued > 0
                                    && listener.endpoint() instanceof Endpoint.Inet inet
                                    && TcpTable.hasOnlyResets(inet)
                            ? 0
                            : queued;
                })
                .sum();
    }

    /** The connections in the queues of all of {@code listeners}, inherited ones included. */
    static int queued(Posix posix, List<Listener> listeners) {
        return listeners.stream().mapToInt(listener -> queued(posix, listener)).sum();
    }

    private static int queued(Posix posix, Listener listener) {
        if (listener.endpoint() instanceof Endpoint.Unix) {
            return posix.isReadable(listener.descriptorFor(0)) ? 1 : 0;
        }
        return listener.descriptors().stream()
                .mapToInt(fd -> posix.acceptQueue(fd).length())
                .sum();
    }

    private int handshakes() {
        Set<Integer> ports = listeners.stream()
                .map(Listener::endpoint)
                .filter(Endpoint.Inet.class::isInstance)
                .map(endpoint -> ((Endpoint.Inet) endpoint).port())
                .collect(Collectors.toSet());
        return ports.isEmpty() ? 0 : TcpTable.handshakes(ports::contains);
    }
}
