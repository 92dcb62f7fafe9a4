package dev.prefork.metrics.merge;

import dev.prefork.exposition.Family;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What one worker adds to the merged answer. Belongs to its {@link Merger} and that one's lock. */
final class Contribution {
    private static final double[] NOTHING = {};
    private static final int[] NOWHERE = {};

    private final int slot;
    private Map<MergedSeries, Part> parts = new IdentityHashMap<>();

    /** The parts of the last shape's rows, in order; null for a row that is left out. */
    private Part[] order = {};

    private Shape shape = Shape.EMPTY;
    private long heard;
    private long resolvedAt;
    private boolean leftOut;
    private int beyondMemory;

    /** Where the series for a row is found. */
    interface Lookup {
        /**
         * The series; null if the row is to be left out.
         *
         * @param make whether it is made where there is none
         */
        MergedSeries series(Family family, Row row, boolean make);
    }

    Contribution(int slot) {
        this.slot = slot;
    }

    int slot() {
        return slot;
    }

    long heard() {
        return heard;
    }

    /** How many of the last shape's series were left out for lack of this worker's memory. */
    int beyondMemory() {
        return beyondMemory;
    }

    /**
     * Whether the worker's series have to be looked up.
     *
     * @param changes another number than at the last time when rows that were left out may have their place now
     */
    boolean isOutdated(Shape now, long changes) {
        return leftOut && changes != resolvedAt || now != shape && !now.equals(shape);
    }

    void resolvedAt(long changes) {
        resolvedAt = changes;
    }

    /** What the worker exposes now, in the shape that was looked up last. */
    void take(double[] values, BiConsumer<Rejects.Reason, Family> rejected, long at) {
        heard = at;
        int from = 0;
        int row = 0;
        for (Family family : shape.families()) {
            for (Row own : family.rows()) {
                Part part = order[row++];
                if (part != null) {
                    part.take(values, from).ifPresent(reason -> rejected.accept(reason, family));
                }
                from += family.width(own);
            }
        }
    }

    /**
     * Looks up the series of another shape. All that may fail, for lack of memory, comes before anything is changed.
     *
     * @param most bytes of memory that may be used for what is known of them
     */
    void resolve(Shape other, long most, Lookup lookup) {
        Map<MergedSeries, Part> next = new IdentityHashMap<>();
        long memory = 0;
        // What only grows and is exposed no more still counts; it may even come back.
        for (Part part : parts.values()) {
            if (part.series.accumulates()) {
                next.put(part.series, part);
                memory += Part.memory(part.last.length);
            }
        }
        Part[] found = new Part[other.rows()];
        int[][] places = new int[found.length][];
        int beyond = 0;
        int at = 0;
        for (Family family : other.families()) {
            for (Row row : family.rows()) {
                boolean hasRoom = memory + Part.memory(family.width(row)) <= most;
                MergedSeries target = lookup.series(family, row, hasRoom);
                // The merged series may have more bounds than the worker's own.
                long more = target == null ? 0 : Part.memory(target.width());
                Part part = target == null ? null : next.getOrDefault(target, parts.get(target));
                if (part == null && target != null && memory + more <= most) {
                    part = new Part(target);
                }
                if (part != null) {
                    memory += next.put(target, part) == null ? more : 0;
                    found[at] = part;
                    places[at] = target.placesIn(row);
                } else {
                    beyond += target != null || !hasRoom ? 1 : 0;
                }
                at++;
            }
        }
        boolean lacks = Arrays.asList(found).contains(null);
        next.values().forEach(part -> part.series.joined());
        parts.values().forEach(part -> part.series.left());
        for (int i = 0; i < found.length; i++) {
            if (found[i] != null) {
                found[i].places = places[i];
            }
        }
        parts = next;
        order = found;
        shape = other;
        beyondMemory = beyond;
        leftOut = lacks;
    }

    /** Joins all its series, as if they did not know of it. */
    void join() {
        parts.values().forEach(part -> part.series.joined());
    }

    void addTo() {
        parts.values().forEach(Part::add);
    }

    /** The worker is gone: what only grows stays with the series. */
    void retire() {
        for (Part part : parts.values()) {
            if (part.series.accumulates()) {
                part.series.keep(part.last);
                part.series.keep(part.carried);
            }
            part.series.left();
        }
        parts.clear();
    }

    /** One worker's share in one series. */
    private static final class Part {
        private static final int SUM = 1;
        private final MergedSeries series;
        private final double[] last;

        /** From before the worker's own counting began anew; empty as long as it has not. */
        private double[] carried = NOTHING;

        private int[] places = NOWHERE;

        Part(MergedSeries series) {
            this.series = series;
            this.last = new double[series.width()];
        }

        /** The object, its places in map and array, and its three arrays. */
        static long memory(int width) {
            return 40 + 32 + 3 * 16 + (2L * Double.BYTES + Integer.BYTES) * width;
        }

        /** Why the values are not taken, if they are not. */
        Optional<Rejects.Reason> take(double[] values, int at) {
            if (!series.accumulates()) {
                last[0] = values[at];
                return Optional.empty();
            }
            Optional<Rejects.Reason> flaw = flaw(values, at);
            if (flaw.isPresent()) {
                return flaw;
            }
            // A counter, or the count of a histogram or summary, that fell has begun anew: rate() sees it in the same
            // way.
            if (values[at] < last[0]) {
                carried = reached();
                Arrays.fill(last, 0);
            }
            for (int i = 0; i < last.length; i++) {
                double value = places[i] < 0 ? 0 : values[at + places[i]];
                last[i] = Double.isFinite(value) ? value : last[i];
            }
            return flaw;
        }

        /**
         * What is not a number, or infinite, would spoil the total for ever; what was known last holds instead. Only the sum of a
         * histogram or a summary may be missing, which says nothing against the rest.
         */
        private Optional<Rejects.Reason> flaw(double[] values, int at) {
            for (int i = 0; i < places.length; i++) {
                boolean maySpoil = i != SUM && places[i] >= 0;
                if (maySpoil && !Double.isFinite(values[at + places[i]])) {
                    return Optional.of(Rejects.Reason.NAN);
                }
            }
            return values[at] < 0 ? Optional.of(Rejects.Reason.NEGATIVE) : Optional.empty();
        }

        void add() {
            if (series.accumulates()) {
                series.add(last);
                if (carried.length > 0) {
                    series.add(carried);
                }
            } else {
                series.combine(last[0]);
            }
        }

        double[] reached() {
            double[] reached = last.clone();
            for (int i = 0; i < carried.length; i++) {
                reached[i] += carried[i];
            }
            return reached;
        }
    }
}
