package dev.prefork.supervise;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The replacements that have begun and are not over: where each of them happens, in an annex beside the worker that it is to replace or in
 * its place, and about which of them something is different. Decides nothing.
 */
final class ReplacementsInCourse {
    /** By their annexes, in the order in which they began. */
    private final Map<Slot, Replacement> beside = new LinkedHashMap<>();

    /** The annexes, by the places whose workers they are to replace. */
    private final Map<Slot, Slot> annexes = new HashMap<>();

    /** By the places that they happen in. */
    private final Map<Slot, Replacement> inPlace = new LinkedHashMap<>();

    /** Where something has changed: their annexes, and the places that they happen in. */
    private final NavigableSet<Integer> changed = new TreeSet<>();

    void beginBeside(Slot annex, Replacement replacement) {
        beside.put(annex, replacement);
        annexes.put(replacement.target(), annex);
    }

    void beginInPlace(Replacement replacement) {
        inPlace.put(replacement.target(), replacement);
    }

    /** The one that happens in this annex. */
    Optional<Replacement> beside(Slot annex) {
        return Optional.ofNullable(beside.get(annex));
    }

    /** The one that happens in this place itself. */
    Optional<Replacement> inPlace(Slot place) {
        return Optional.ofNullable(inPlace.get(place));
    }

    /** Where the replacement for this place's worker is. */
    Optional<Slot> annexOf(Slot place) {
        return Optional.ofNullable(annexes.get(place));
    }

    /** Whether the worker of this place is replaced, beside it or there. */
    boolean concern(Slot place) {
        return inPlace.containsKey(place) || annexes.containsKey(place);
    }

    boolean isEmpty() {
        return beside.isEmpty() && inPlace.isEmpty();
    }

    /** The annexes, in the order in which they came to be used. */
    List<Slot> annexes() {
        return List.copyOf(beside.keySet());
    }

    /** Those that happen in the places themselves. */
    List<Replacement> inPlaces() {
        return List.copyOf(inPlace.values());
    }

    /** What happened in this annex is over. */
    Optional<Replacement> endBeside(Slot annex) {
        Optional<Replacement> ended = Optional.ofNullable(beside.remove(annex));
        ended.ifPresent(replacement -> annexes.remove(replacement.target()));
        return ended;
    }

    /** What happened in this place is over. */
    Optional<Replacement> endInPlace(Slot place) {
        return Optional.ofNullable(inPlace.remove(place));
    }

    /** Something is different about this annex or place. */
    void changed(Slot slot) {
        if (beside.containsKey(slot) || inPlace.containsKey(slot)) {
            changed.add(slot.place);
        }
        annexOf(slot).ifPresent(annex -> changed.add(annex.place));
    }

    /** The same, because its time has come. */
    void due(List<Integer> places) {
        changed.addAll(places);
    }

    /** Something is different that concerns all of them. */
    void allChanged() {
        beside.keySet().forEach(this::changed);
        inPlace.keySet().forEach(this::changed);
    }

    /** The next place about which something is different, once. */
    OptionalInt nextChanged() {
        return changed.isEmpty() ? OptionalInt.empty() : OptionalInt.of(changed.pollFirst());
    }
}
