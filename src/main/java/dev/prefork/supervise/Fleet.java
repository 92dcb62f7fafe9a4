package dev.prefork.supervise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All the slots, and how many of them are wanted: those with the lowest numbers. A slot beyond is surplus; it stays as a
 * place, for the day on which more are wanted again.
 */
final class Fleet {
    private final List<Slot> slots = new ArrayList<>();
    private int desired;

    Fleet(int workers, long now) {
        want(workers, now);
    }

    int desired() {
        return desired;
    }

    /** From now on so many are wanted. Places that are missing are made, to be filled from now on. */
    void want(int workers, long now) {
        desired = workers;
        while (slots.size() < workers) {
            slots.add(new Slot(slots.size(), now));
        }
    }

    Slot get(int number) {
        return slots.get(number);
    }

    Stream<Slot> all() {
        return slots.stream();
    }

    List<Slot> list() {
        return slots;
    }

    /** Those that are wanted. */
    Stream<Slot> kept() {
        return slots.stream().limit(desired);
    }

    boolean isSurplus(Slot slot) {
        return slot.number >= desired;
    }

    /** Whether a worker is ready. */
    boolean anyServes() {
        return slots.stream().anyMatch(Slot::hasReadyWorker);
    }

    /** Whether every wanted place has come so far. */
    boolean everyKept(Predicate<Slot> state) {
        return kept().allMatch(state);
    }

    /** The processes, in the order of their slots. */
    Stream<Worker> workers() {
        return slots.stream()
                .map(Slot::content)
                .filter(Worker.class::isInstance)
                .map(Worker.class::cast);
    }

    Optional<Worker> find(int pid) {
        for (Slot slot : slots) {
            if (slot.content() instanceof Worker worker && worker.pid == pid) {
                return Optional.of(worker);
            }
        }
        return Optional.empty();
    }

    /** The pids of all processes, in the order of their slots. */
    List<Integer> pids() {
        return workers().map(worker -> worker.pid).toList();
    }
}
