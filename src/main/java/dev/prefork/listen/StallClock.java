package dev.prefork.listen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * For how long no connection was accepted on the sockets of one listener, told from looks at their queues.
 *
 * <p>accept(2) takes the connection that has waited longest. So none was accepted while all that waited at one look still
 * wait at the next, however many have joined them. Lengths alone do not tell: a queue that is served as fast as it
 * fills keeps its length. Which socket of several a connection waits for is not told by the kernel; there a queue counts as
 * unserved if enough connections have stayed to make up its length, and the queue longest unserved comes first.
 *
 * <p>Not for several threads. Pure.
 */
final class StallClock {
    /** What was so long not looked at proves nothing: if the master was stopped, so were its workers. */
    static final Duration LONGEST_GAP = Duration.ofSeconds(3);

    private final List<Long> since = new ArrayList<>();
    private Optional<QueueLook> last = Optional.empty();

    /** For each socket, the nanoseconds in which connections waited and none was accepted; at most what is true. */
    List<Long> look(QueueLook look) {
        boolean[] unserved = new boolean[look.lengths().size()];
        last.filter(before -> look.at() - before.at() <= LONGEST_GAP.toNanos())
                .filter(before -> before.lengths().size() == unserved.length)
                .ifPresent(before -> compare(before, look, unserved));
        for (int i = 0; i < unserved.length; i++) {
            if (i >= since.size()) {
                since.add(look.at());
            } else if (!unserved[i]) {
                since.set(i, look.at());
            }
        }
        last = Optional.of(look);
        return IntStream.range(0, unserved.length)
                .mapToObj(i -> look.at() - since.get(i))
                .toList();
    }

    /** The next look is a first one. */
    void forget() {
        last = Optional.empty();
    }

    private void compare(QueueLook before, QueueLook now, boolean[] unserved) {
        int stayed =
                (int) before.waiting().stream().filter(now.waiting()::contains).count();
        if (stayed == 0) {
            return;
        }
        boolean all = stayed == before.waiting().size();
        // A connection that was reset in the queue has left the table, but not its place.
        int[] left = {
            all
                    ? Integer.MAX_VALUE
                    : stayed + Math.max(0, now.places() - now.waiting().size())
        };
        IntStream.range(0, unserved.length)
                .filter(i -> before.lengths().get(i) > 0
                        && now.lengths().get(i) >= before.lengths().get(i))
                .boxed()
                .sorted(Comparator.comparing(since::get))
                .filter(i -> left[0] >= before.lengths().get(i))
                .forEach(i -> {
                    left[0] -= before.lengths().get(i);
                    unserved[i] = true;
                });
    }
}
