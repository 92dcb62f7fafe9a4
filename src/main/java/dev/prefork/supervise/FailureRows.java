package dev.prefork.supervise;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** How many times in a row each slot has failed, and the longest of these rows. */
final class FailureRows {
    /** For so long a worker has to be ready to end a row, in nanoseconds. */
    private final LongSupplier proof;

    private final Timetable ends = new Timetable();
    private final Map<Integer, Integer> bySlot = new HashMap<>();

    /** How many slots have a row of this length. */
    private final TreeMap<Integer, Integer> lengths = new TreeMap<>();

    FailureRows(LongSupplier proof) {
        this.proof = proof;
    }

    /** A slot has changed; one that is not wanted has no row. */
    void changed(Slot slot, boolean kept) {
        int failures = kept ? slot.failures() : 0;
        put(slot.place, failures);
        boolean running = failures > 0 && slot.content() instanceof Worker;
        ends.set(slot.place, running ? ((Worker) slot.content()).servedUntil(proof.getAsLong()) : Timetable.NEVER);
    }

    private void put(int slot, int failures) {
        Integer before = failures == 0 ? bySlot.remove(slot) : bySlot.put(slot, failures);
        if (before != null) {
            lengths.computeIfPresent(before, (length, slots) -> slots == 1 ? null : slots - 1);
        }
        if (failures > 0) {
            lengths.merge(failures, 1, Integer::sum);
        }
    }

    /** The length of the longest; 0 if there is none. */
    int longest(long now) {
        ends.due(now).forEach(slot -> put(slot, 0));
        return lengths.isEmpty() ? 0 : lengths.lastKey();
    }

    /** When one ends by itself; {@link Timetable#NEVER} if none does. */
    long nextEnd() {
        return ends.next();
    }
}
