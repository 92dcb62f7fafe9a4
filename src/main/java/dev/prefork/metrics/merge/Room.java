package dev.prefork.metrics.merge;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What there is room for in the merged answer: so many series, in so much memory, that make so much text. Belongs to its
 * {@link Merger} and that one's lock.
 */
final class Room {
    private final Quota series;
    private final Quota memory;
    private final Quota text;

    /** What something takes. */
    record Cost(int series, long memory, long text) {
        Cost and(Cost other) {
            return new Cost(series + other.series, memory + other.memory, text + other.text);
        }
    }

    Room(Limits limits) {
        series = new Quota(limits.series());
        memory = new Quota(limits.kept());
        text = new Quota(limits.text());
    }

    void divide(int slots) {
        Stream.of(series, memory, text).forEach(quota -> quota.divide(slots));
    }

    /** Takes it for a slot; or says why it cannot. */
    Optional<Rejects.Reason> take(int slot, Cost cost) {
        if (!series.has(slot, cost.series)) {
            return Optional.of(Rejects.Reason.LIMIT);
        }
        if (!memory.has(slot, cost.memory) || !text.has(slot, cost.text)) {
            return Optional.of(Rejects.Reason.BYTES);
        }
        charge(slot, cost);
        return Optional.empty();
    }

    /** Takes it, whether there is room or not. */
    void charge(int slot, Cost cost) {
        series.take(slot, cost.series);
        memory.take(slot, cost.memory);
        text.take(slot, cost.text);
    }

    void clear() {
        Stream.of(series, memory, text).forEach(Quota::clear);
    }

    void give(int slot, Cost cost) {
        series.give(slot, cost.series);
        memory.give(slot, cost.memory);
        text.give(slot, cost.text);
    }
}
