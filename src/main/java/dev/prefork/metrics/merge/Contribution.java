package dev.prefork.metrics.merge;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** What one worker adds to the merged answer. Belongs to its {@link Merger} and that one's lock. */
final class Contribution {
    private final int slot;
    private final Map<MergedSeries, Part> parts = new IdentityHashMap<>();

    /** The parts of the last shape's rows, in order; null for a row that is left out. */
    private final List<Part> order = new ArrayList<>();

    private Shape shape = Shape.EMPTY;
    private long heard;
    private long resolvedAt;
    private boolean leftOut;

    Contribution(int slot) {
        this.slot = slot;
    }

    int slot() {
        return slot;
    }

    long heard() {
        return heard;
    }

    /**
     * What the worker exposes now.
     *
     * @param series finds or makes the series for a row; null if it is to be left out
     * @param rejected is told of each value that cannot be, and of its family
     * @param at when the worker said so
     * @param freed another number than before when rows that were left out may have their place now
     */
    void take(
            Exposition now,
            BiFunction<Family, Row, MergedSeries> series,
            BiConsumer<Rejects.Reason, Family> rejected,
            long at,
            long freed) {
        heard = at;
        boolean mayBeLetIn = leftOut && freed != resolvedAt;
        if (mayBeLetIn || now.shape() != shape && !now.shape().equals(shape)) {
            resolve(now.shape(), series);
            leftOut = order.contains(null);
            resolvedAt = freed;
        }
        int from = 0;
        int row = 0;
        for (Family family : now.shape().families()) {
            for (Row own : family.rows()) {
                Part part = order.get(row++);
                if (part != null) {
                    part.take(now.values(), from).ifPresent(reason -> rejected.accept(reason, family));
                }
                from += family.width(own);
            }
        }
    }

    private void resolve(Shape other, BiFunction<Family, Row, MergedSeries> series) {
        shape = other;
        order.clear();
        parts.values().forEach(part -> part.present = false);
        for (Family family : other.families()) {
            for (Row row : family.rows()) {
                MergedSeries target = series.apply(family, row);
                order.add(target == null ? null : part(target, row));
            }
        }
        // What only grows and is exposed no more still counts; it may even come back.
        parts.values().removeIf(part -> {
            boolean goes = !part.present && !part.series.accumulates();
            if (goes) {
                part.series.left();
            }
            return goes;
        });
    }

    private Part part(MergedSeries target, Row row) {
        Part part = parts.computeIfAbsent(target, Part::new);
        part.present = true;
        part.places = target.placesIn(row);
        return part;
    }

    void addTo() {
        parts.values().forEach(Part::add);
    }

    /** The worker is gone: what only grows stays with the series. */
    void retire() {
        for (Part part : parts.values()) {
            if (part.series.accumulates()) {
                part.series.keep(part.reached());
            }
            part.series.left();
        }
        parts.clear();
    }

    /** One worker's share in one series. */
    private static final class Part {
        private static final int SUM = 1;
        private static final double[] NOTHING = {};

        private final MergedSeries series;
        private final double[] last;

        /** From before the worker's own counting began anew; empty as long as it has not. */
        private double[] carried = NOTHING;

        private int[] places;
        private boolean present;

        Part(MergedSeries series) {
            this.series = series;
            this.last = new double[series.width()];
            series.joined();
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
