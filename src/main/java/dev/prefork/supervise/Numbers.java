package dev.prefork.supervise;

import java.util.HashMap;
import java.util.Map;

/**
 * Which numbers workers have. A place has its own one, unless another worker has that: a standby keeps its number when it takes over, for the
 * environment of a process cannot change. While a worker is replaced, the old one and the new one may have the same.
 */
final class Numbers {
    /** How many places there are something in with this number. */
    private final Map<Integer, Integer> held = new HashMap<>();

    /** The same without those that share it: annexes, and standbys that are on their way out. */
    private final Map<Integer, Integer> claimed = new HashMap<>();

    private final Map<Slot, Integer> bySlot = new HashMap<>();
    private final Map<Slot, Integer> claims = new HashMap<>();

    /** A slot has changed. */
    void changed(Slot slot) {
        boolean holds = slot.holdsItsNumber();
        set(bySlot, held, slot, holds);
        set(claims, claimed, slot, holds && slot.claimsItsNumber());
    }

    private static void set(Map<Slot, Integer> mine, Map<Integer, Integer> counts, Slot slot, boolean has) {
        Integer before = has ? mine.put(slot, slot.number()) : mine.remove(slot);
        if (before != null) {
            counts.computeIfPresent(before, (number, count) -> count == 1 ? null : count - 1);
        }
        if (has) {
            counts.merge(slot.number(), 1, Integer::sum);
        }
    }

    /** The number for what is started in a place that serves, or beside what is in it. */
    int of(Slot place, int workers) {
        boolean own = place.holdsItsNumber() && place.number() == place.place;
        int others = claimed.getOrDefault(place.place, 0) - (own && claims.containsKey(place) ? 1 : 0);
        if (others == 0) {
            return place.place;
        }
        return place.holdsItsNumber() && !own ? place.number() : free(workers);
    }

    /** The least from there on that no worker has. */
    int free(int from) {
        int number = from;
        while (held.containsKey(number)) {
            number++;
        }
        return number;
    }
}
