package dev.prefork.supervise;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * All the places, and how many of those that serve are wanted: the first ones. One beyond is surplus; it stays, for the day on which more
 * are wanted again. An annex is neither.
 *
 * <p>Each place tells of its changes, and is sorted then. So no question costs more for there being more slots, but one about
 * all of them.
 */
final class Fleet {
    /** The places of annexes count from here, so that they come after all others. */
    private static final int FIRST_ANNEX = 1 << 20;

    /** And those of standbys from here, so that they are the last to be filled. */
    private static final int FIRST_STANDBY = 1 << 21;

    private final List<Slot> slots = new ArrayList<>();
    private final List<Slot> annexes = new ArrayList<>();
    private final List<Slot> standbys = new ArrayList<>();
    private final Numbers numbers = new Numbers();
    private final int initial;
    private final Map<Integer, Worker> byPid = new HashMap<>();
    private final Map<Group, NavigableSet<Slot>> groups = new EnumMap<>(Group.class);
    private final NavigableSet<Slot> touched = slots();
    private final NavigableSet<Slot> unseen = slots();
    private final Deque<Integer> gone = new ArrayDeque<>();
    private final Views views = new Views();
    private final Views annexViews = new Views();
    private final Views standbyViews = new Views();
    private final FailureRows rows;
    private int desired;
    private long looks;

    /**
     * @param start how the first workers are started
     * @param proof for so long a worker has to be ready to end a row of failures, in nanoseconds
     */
    Fleet(Policy.Workers workers, Slot.Start start, LongSupplier proof, long now) {
        for (Group group : Group.values()) {
            groups.put(group, slots());
        }
        rows = new FailureRows(proof);
        initial = workers.initial();
        want(initial, start, now);
        for (int i = 0; i < workers.standbys(); i++) {
            Slot slot = new Slot(FIRST_STANDBY + i, Slot.Role.STANDBY, this, Slot.EMPTY);
            standbys.add(slot);
            changed(slot);
        }
    }

    private static NavigableSet<Slot> slots() {
        return new TreeSet<>(Comparator.comparingInt(slot -> slot.place));
    }

    int desired() {
        return desired;
    }

    /** From now on so many are wanted. Places that are missing are made, to be filled from now on. */
    void want(int workers, Slot.Start start, long now) {
        int least = Math.min(desired, workers);
        int most = Math.max(desired, workers);
        desired = workers;
        while (slots.size() < workers) {
            Slot slot = new Slot(slots.size(), Slot.Role.SERVING, this, Slot.EMPTY);
            slots.add(slot);
            slot.transition(new Slot.Waiting(now, start));
        }
        for (int slot = least; slot < most; slot++) {
            changed(slots.get(slot));
        }
    }

    /** A slot has another content. */
    void moved(Slot slot, Slot.Content before) {
        if (before instanceof Worker worker && byPid.remove(worker.pid, worker)) {
            gone.add(worker.pid);
        }
        if (slot.content() instanceof Worker worker) {
            byPid.put(worker.pid, worker);
        }
        changed(slot);
    }

    /** Something about a slot, or the worker in it, is different. */
    void changed(Slot slot) {
        boolean kept = isKept(slot);
        groups.forEach((group, members) -> {
            if (group.has(slot, kept, isSurplus(slot))) {
                members.add(slot);
            } else {
                members.remove(slot);
            }
        });
        rows.changed(slot, kept);
        numbers.changed(slot);
        touched.add(slot);
        unseen.add(slot);
    }

    /** A slot, or the worker in it, has been looked at. */
    void looked() {
        looks++;
    }

    /** How often slots have been looked at so far: the work of the supervisor, counted in steps. */
    long looks() {
        return looks;
    }

    /** The next that has changed since it was given, or is to be looked at again. */
    Optional<Slot> nextTouched() {
        return Optional.ofNullable(touched.pollFirst());
    }

    boolean anyTouched() {
        return !touched.isEmpty();
    }

    /** Something has changed that concerns this one too, if only the time. */
    void touch(Slot slot) {
        touched.add(slot);
        unseen.add(slot);
    }

    /** The next pid whose process, and all it left, is gone, or is not waited for any longer. */
    Optional<Integer> nextGone() {
        return Optional.ofNullable(gone.poll());
    }

    Slot get(int place) {
        if (place >= FIRST_STANDBY) {
            return standbys.get(place - FIRST_STANDBY);
        }
        return place < FIRST_ANNEX ? slots.get(place) : annexes.get(place - FIRST_ANNEX);
    }

    /** An annex in which nothing is, for a worker with the number of this place. */
    Slot annexFor(Slot slot) {
        Slot annex = any(Group.FREE_ANNEX) ? in(Group.FREE_ANNEX).first() : newAnnex();
        annex.standFor(slot.role == Slot.Role.SERVING ? numbers.of(slot, initial) : slot.number());
        return annex;
    }

    /** The number of what is to be in a place in which nothing is. */
    int numberFor(Slot slot) {
        return switch (slot.role) {
            case SERVING -> numbers.of(slot, initial);
            case ANNEX -> slot.number();
            case STANDBY -> numbers.free(initial);
        };
    }

    private Slot newAnnex() {
        Slot annex = new Slot(FIRST_ANNEX + annexes.size(), Slot.Role.ANNEX, this, Slot.EMPTY);
        annexes.add(annex);
        return annex;
    }

    NavigableSet<Slot> in(Group group) {
        return groups.get(group);
    }

    /** How many there are. */
    int count(Group group) {
        return groups.get(group).size();
    }

    boolean any(Group group) {
        return !groups.get(group).isEmpty();
    }

    /** Whether every wanted place belongs to one of the groups of those that are wanted. */
    boolean everyKept(Group kept) {
        return count(kept) == desired;
    }

    /** Whether the place is one of those that are wanted. */
    boolean isKept(Slot slot) {
        return slot.role == Slot.Role.SERVING && slot.place < desired;
    }

    boolean isSurplus(Slot slot) {
        return slot.role == Slot.Role.SERVING && slot.place >= desired;
    }

    /** The processes, in the order of their slots. The group may change meanwhile. */
    Stream<Worker> workers(Group group) {
        return List.copyOf(in(group)).stream()
                .map(Slot::content)
                .filter(Worker.class::isInstance)
                .map(Worker.class::cast);
    }

    Optional<Worker> find(int pid) {
        looked();
        return Optional.ofNullable(byPid.get(pid));
    }

    /** The pids of all processes, in the order of their slots. */
    List<Integer> pids() {
        return workers(Group.OCCUPIED).map(worker -> worker.pid).toList();
    }

    FailureRows rows() {
        return rows;
    }

    /** What others may know of those that are wanted or filled. */
    List<Snapshot.Worker> views(long now) {
        for (Slot slot = unseen.pollFirst(); slot != null; slot = unseen.pollFirst()) {
            Snapshot.Worker view = isKept(slot) || slot.isOccupied() ? slot.view(now) : null;
            if (slot.role == Slot.Role.SERVING) {
                views.set(slot.place, view);
            } else if (slot.role == Slot.Role.ANNEX) {
                annexViews.set(slot.place - FIRST_ANNEX, view);
            } else {
                standbyViews.set(slot.place - FIRST_STANDBY, view);
            }
        }
        return views.list(annexViews, standbyViews);
    }
}
