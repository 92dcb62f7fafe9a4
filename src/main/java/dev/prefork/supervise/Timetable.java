package dev.prefork.supervise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** When each slot is due for something. What is next is known without looking at the others. */
final class Timetable {
    /** That moment never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private final TreeSet<Due> order = new TreeSet<>();
    private final Map<Integer, Due> bySlot = new HashMap<>();

    private record Due(long at, int slot) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return at == other.at ? Integer.compare(slot, other.slot) : Long.compare(at, other.at);
        }
    }

    /** From now on the slot is due at this moment and at no other. */
    void set(int slot, long at) {
        Due before = at == NEVER ? bySlot.remove(slot) : bySlot.put(slot, new Due(at, slot));
        if (before != null) {
            order.remove(before);
        }
        if (at != NEVER) {
            order.add(bySlot.get(slot));
        }
    }

    /** Takes out those that are due by now. */
    List<Integer> due(long now) {
        List<Integer> due = new ArrayList<>();
        while (next() <= now && !order.isEmpty()) {
            int slot = order.pollFirst().slot();
            bySlot.remove(slot);
            due.add(slot);
        }
        return due;
    }

    /** The next moment; {@link #NEVER} if there is none. */
    long next() {
        return order.isEmpty() ? NEVER : order.first().at();
    }
}
