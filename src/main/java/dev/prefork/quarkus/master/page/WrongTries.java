package dev.prefork.quarkus.master.page;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often clients have given a wrong token. One that has done so too often within a minute is not listened to until that minute is
 * over, also not with the right one: otherwise it could go on trying. So are all together, since an attacker may have many addresses.
 *
 * <p>Threading: any thread.
 */
final class WrongTries {
    static final int MOST = 10;
    static final int MOST_OF_ALL = 100;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** As many as can have tried in a window, and no more memory than for these. */
    private static final int MOST_CLIENTS = MOST_OF_ALL;

    private static final Count NONE = new Count(0, 0);

    private final LongSupplier clock;
    private final Map<String, Count> clients = new LinkedHashMap<>();
    private Count all = NONE;

    private record Count(long since, int wrong) {
        Count orNew(long now) {
            return wrong == 0 || now - since >= WINDOW.toNanos() ? new Count(now, 0) : this;
        }

        Count more() {
            return new Count(since, wrong + 1);
        }
    }

    /** @param clock in nanoseconds */
    WrongTries(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether this client is not to be listened to now. */
    synchronized boolean areTooMany(String client) {
        long now = clock.getAsLong();
        Count own = clients.getOrDefault(client, NONE).orNew(now);
        return own.wrong() >= MOST || all.orNew(now).wrong() >= MOST_OF_ALL;
    }

    synchronized void add(String client) {
        long now = clock.getAsLong();
        all = all.orNew(now).more();
        clients.values().removeIf(count -> count.orNew(now).wrong() == 0);
        if (clients.size() < MOST_CLIENTS || clients.containsKey(client)) {
            clients.merge(client, new Count(now, 1), (before, one) -> before.orNew(now)
                    .more());
        }
    }

    synchronized int remembered() {
        return clients.size();
    }
}
