package dev.prefork.quarkus.master;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many scrapes are under way, from the request until the answer is with the kernel: each holds a whole answer in memory.
 * Where all turns are taken, one whose answer has waited to be read for a while goes to the next client. One client never has
 * more than half of them, so that it cannot keep all others from theirs.
 *
 * <p>Threading: any thread.
 */
final class ScrapeTurns {
    private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

    private final int most;
    private final LongSupplier clock;
    private final Deque<Turn> turns = new ArrayDeque<>();

    /** @param clock in nanoseconds */
    ScrapeTurns(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
    }

    /**
     * Begins a scrape.
     *
     * @param client whose it is
     * @param end ends its connection, should another client need the turn
     * @return empty when it cannot be now
     */
    Optional<Turn> take(Object client, Runnable end) {
        Optional<Turn> unread = Optional.empty();
        Turn turn = new Turn(client, end);
        synchronized (this) {
            List<Turn> own =
                    turns.stream().filter(each -> each.client.equals(client)).toList();
            boolean tooManyOfOne = own.size() >= Math.max(1, most / 2);
            if (tooManyOfOne || turns.size() >= most) {
                long now = clock.getAsLong();
                unread = (tooManyOfOne ? own : turns)
                        .stream()
                                .filter(each -> each.written && now - each.writtenAt >= PATIENCE)
                                .findFirst();
                if (unread.isEmpty()) {
                    return Optional.empty();
                }
                turns.remove(unread.get());
            }
            turns.add(turn);
        }
        unread.ifPresent(each -> each.end.run());
        return Optional.of(turn);
    }

    /** One scrape. It is over when its answer has been both written and read, or its connection has ended instead. */
    final class Turn {
        private final Object client;
        private final Runnable end;
        private boolean written;
        private boolean read;
        private long writtenAt;

        private Turn(Object client, Runnable end) {
            this.client = client;
            this.end = end;
        }

        /** Also when it could not be: nothing more is done for it. */
        void written() {
            synchronized (ScrapeTurns.this) {
                written = true;
                writtenAt = clock.getAsLong();
                leave();
            }
        }

        void read() {
            synchronized (ScrapeTurns.this) {
                read = true;
                leave();
            }
        }

        private void leave() {
            if (written && read) {
                turns.remove(this);
            }
        }
    }
}
