package dev.prefork.supervise;

import java.util.Optional;
import java.util.TreeSet;

/**
 * The slots that wait to be filled: until their time comes, and from then on until there is room. Those in which a worker is missing come
 * first, before those beside one that is to be replaced and those of standbys, and each in the order of their numbers.
 */
final class Waitlist {
    private final Timetable later = new Timetable();
    private final TreeSet<Integer> missing = new TreeSet<>();
    private final TreeSet<Integer> yielding = new TreeSet<>();

    /** A slot has changed. */
    void changed(Slot slot, long now) {
        boolean waits = slot.content() instanceof Slot.Waiting;
        long at = waits ? ((Slot.Waiting) slot.content()).dueAt() : Timetable.NEVER;
        boolean isDue = waits && now - at >= 0;
        later.set(slot.place, isDue ? Timetable.NEVER : at);
        missing.remove(slot.place);
        yielding.remove(slot.place);
        if (isDue) {
            (slot.yields() ? yielding : missing).add(slot.place);
        }
    }

    /** Those whose time has come, each once. */
    Iterable<Integer> becomeDue(long now) {
        return later.due(now);
    }

    /** The next one to be filled. */
    Optional<Integer> first() {
        TreeSet<Integer> first = missing.isEmpty() ? yielding : missing;
        return first.isEmpty() ? Optional.empty() : Optional.of(first.first());
    }

    /** When the next one's time comes; {@link Timetable#NEVER} if there is none. */
    long next() {
        return later.next();
    }

    /** Whether one's time comes before this moment. */
    boolean anyBefore(long moment) {
        return first().isPresent() || later.next() - moment < 0;
    }
}
