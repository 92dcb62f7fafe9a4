package dev.prefork.listen;

import java.util.List;
import java.util.Set;

/**
 * What one look at the accept queues of a listener found. Immutable.
 *
 * @param at when, in nanoseconds
 * @param lengths of the queues of its sockets, several with reuse-port
 * @param waiting connections that wait in any of them, each by a name of its own; fewer than the lengths where clients have
 *     reset theirs, which keep their places
 */
record QueueLook(long at, List<Integer> lengths, Set<String> waiting) {

    QueueLook {
        lengths = List.copyOf(lengths);
        waiting = Set.copyOf(waiting);
    }

    int places() {
        return lengths.stream().mapToInt(Integer::intValue).sum();
    }
}
