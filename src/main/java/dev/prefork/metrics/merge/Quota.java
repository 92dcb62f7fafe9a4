package dev.prefork.metrics.merge;

import java.util.HashMap;
import java.util.Map;

/**
 * Something of which there is only so much, divided among slots: half of it is theirs in equal shares, which none can take from
 * another; the rest is for those that ask first. What a slot's worker has taken stays the slot's when the worker is dead.
 *
 * <p>Threading: none; belongs to a {@link Room}.
 */
final class Quota {
    private final long total;
    private final Map<Integer, Long> taken = new HashMap<>();
    private int slots = 1;
    private long all;

    /** What slots have taken beyond their shares. */
    private long beyond;

    Quota(long total) {
        this.total = total;
    }

    /** Among how many slots it is divided from now on. Who has more than a share now keeps it. */
    void divide(int among) {
        slots = among;
        beyond = taken.values().stream().mapToLong(this::beyondShare).sum();
    }

    private long share() {
        return total / 2 / slots;
    }

    private long beyondShare(long amount) {
        return Math.max(0, amount - share());
    }

    boolean has(int slot, long amount) {
        long before = taken.getOrDefault(slot, 0L);
        long more = beyondShare(before + amount) - beyondShare(before);
        return all + amount <= total && (more == 0 || beyond + more <= total - slots * share());
    }

    void take(int slot, long amount) {
        long before = taken.getOrDefault(slot, 0L);
        taken.put(slot, before + amount);
        all += amount;
        beyond += beyondShare(before + amount) - beyondShare(before);
    }

    void give(int slot, long amount) {
        take(slot, -amount);
    }

    void clear() {
        taken.clear();
        all = 0;
        beyond = 0;
    }
}
