package dev.prefork.log;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One line of the log, before it has a time: what happened, to which worker, and the words for it. Immutable.
 *
 * @param worker which one, as far as it is about one
 * @param facts what else is known, by stable names in a stable order: texts, whole numbers, decimal fractions and truth values
 * @param text for people; about a worker it begins {@code worker 2 (pid 4711)}
 */
public record Entry(Level level, EventName event, Worker worker, Map<String, Object> facts, String text) {

    /** The worker that a line is about. */
    public record Worker(OptionalInt slot, OptionalInt pid) {
        static final Worker NONE = new Worker(OptionalInt.empty(), OptionalInt.empty());

        /** How a line about it begins. */
        @Override
        public String toString() {
            return "worker " + slot.orElse(-1) + (pid.isPresent() ? " (pid " + pid.getAsInt() + ")" : "");
        }
    }

    public Entry {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(text, "text");
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** About no worker in particular. */
    public static Entry of(Level level, EventName event, String text) {
        return new Entry(level, event, Worker.NONE, Map.of(), text);
    }

    /** About a worker that runs, or ran: its name comes before {@code rest}. */
    public static Entry ofWorker(int slot, int pid, Level level, EventName event, String rest) {
        Worker worker = new Worker(OptionalInt.of(slot), OptionalInt.of(pid));
        return new Entry(level, event, worker, Map.of(), worker + " " + rest);
    }

    /** About a worker that has no process yet. */
    public static Entry ofSlot(int slot, Level level, EventName event, String rest) {
        Worker worker = new Worker(OptionalInt.of(slot), OptionalInt.empty());
        return new Entry(level, event, worker, Map.of(), worker + " " + rest);
    }

    /** The same, and what is known besides. Its event lists the key. */
    public Entry with(Key key, Object value) {
        assert event.keys().contains(key) : event + " does not have " + key;
        Map<Key, Object> sorted = new EnumMap<>(Key.class);
        facts.forEach((name, known) -> sorted.put(Key.of(name), known));
        sorted.put(key, value);
        Map<String, Object> more = new LinkedHashMap<>();
        sorted.forEach((name, known) -> more.put(name.text(), known));
        return new Entry(level, event, worker, more, text);
    }

    /** The number of the slot that it is about. */
    public OptionalInt slot() {
        return worker.slot();
    }

    /** The process that it is about. */
    public OptionalInt pid() {
        return worker.pid();
    }

    /** The text: where a line has no room for more, that is it. */
    @Override
    public String toString() {
        return text;
    }
}
