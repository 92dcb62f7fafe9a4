package dev.prefork.quarkus.master.page;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often clients have given a wrong token. An address from which that came too often within a minute is not listened to until the
 * minute is over, also not with the right one: otherwise it could go on trying. Other addresses are not concerned, however many there
 * are: who has the right token must not be locked out by those who have not.
 *
 * <p>Threading: any thread.
 */
final class WrongTries {
    static final int MOST = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Of addresses, some 100 KiB. Of more, those are forgotten first that have tried least, so that those refused stay refused. */
    static final int MOST_CLIENTS = 1024;

    private final LongSupplier clock;
    private final Map<String, Count> clients = new HashMap<>();

    /** Since when, on the clock. */
    private record Count(long since, int wrong) {
        boolean isOver(long now) {
            return now - since >= WINDOW.toNanos();
        }

        Count more() {
            return new Count(since, wrong + 1);
        }
    }

    /** @param clock in nanoseconds */
    WrongTries(LongSupplier clock) {
        this.clock = clock;
    }

    /** For how long this client is not to be listened to; zero if it is. */
    synchronized Duration refusal(String client) {
        long now = clock.getAsLong();
        Count own = clients.get(client);
        return own == null || own.wrong() < MOST || own.isOver(now)
                ? Duration.ZERO
                : WINDOW.minusNanos(now - own.since());
    }

    synchronized void add(String client) {
        long now = clock.getAsLong();
        clients.values().removeIf(count -> count.isOver(now));
        if (clients.size() >= MOST_CLIENTS && !clients.containsKey(client)) {
            forgetOne();
        }
        clients.merge(client, new Count(now, 1), (before, one) -> before.more());
    }

    private void forgetOne() {
        Comparator<Map.Entry<String, Count>> least =
                Comparator.comparingInt(client -> client.getValue().wrong());
        clients.entrySet().stream()
                .min(least.thenComparing((one, other) ->
                        Long.signum(one.getValue().since() - other.getValue().since())))
                .map(Map.Entry::getKey)
                .ifPresent(clients::remove);
    }

    synchronized int remembered() {
        return clients.size();
    }
}
