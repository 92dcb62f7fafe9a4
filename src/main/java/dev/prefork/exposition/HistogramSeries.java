package dev.prefork.exposition;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Count, sum and buckets. */
final class HistogramSeries extends SummarySeries {
    private static final int USUAL = 8;

    private double[] bounds = new double[USUAL];
    private double[] buckets = new double[USUAL];
    private int finite;
    private boolean infiniteGiven;
    private double infinite;
    private boolean repeats;

    HistogramSeries(String labels) {
        super(labels);
    }

    @Override
    boolean add(Role role, double bound, double value) {
        if (role != Role.BUCKET) {
            return super.add(role, bound, value);
        }
        if (bound == Double.POSITIVE_INFINITY) {
            boolean first = !infiniteGiven;
            infinite = first ? value : infinite;
            infiniteGiven = true;
            return first;
        }
        // Zero has two signs, and a bound of either is the same.
        double signless = bound + 0.0;
        if (finite > 0 && bounds[finite - 1] == signless) {
            return false;
        }
        if (finite == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * finite);
            buckets = Arrays.copyOf(buckets, 2 * finite);
        }
        bounds[finite] = signless;
        buckets[finite++] = value;
        return true;
    }

    @Override
    String flaw() {
        if (!super.flaw().isEmpty() && (!infiniteGiven || !super.add(Role.COUNT, 0, infinite))) {
            return "has neither a count nor a bucket +Inf";
        }
        if (!ascends()) {
            sort();
            keepFirst();
        }
        double below = 0;
        for (int i = 0; i < finite; i++) {
            // In this form NaN is as wrong as too little.
            if (!(buckets[i] >= below)) {
                return "has decreasing buckets";
            }
            below = buckets[i];
        }
        return count() >= below && count() < Double.POSITIVE_INFINITY ? "" : "has a count below that of a bucket";
    }

    private boolean ascends() {
        for (int i = 1; i < finite; i++) {
            if (bounds[i - 1] >= bounds[i]) {
                return false;
            }
        }
        return true;
    }

    /** The sort is stable: what came first stays first. */
    private void sort() {
        int[] order = IntStream.range(0, finite)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> bounds[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        bounds = Arrays.stream(order).mapToDouble(i -> bounds[i]).toArray();
        buckets = Arrays.stream(order).mapToDouble(i -> buckets[i]).toArray();
    }

    /** Of what is sorted, with the first first. */
    private void keepFirst() {
        int kept = 0;
        for (int i = 0; i < finite; i++) {
            if (kept > 0 && bounds[kept - 1] == bounds[i]) {
                repeats = true;
            } else {
                bounds[kept] = bounds[i];
                buckets[kept++] = buckets[i];
            }
        }
        finite = kept;
    }

    @Override
    boolean repeats() {
        return repeats;
    }

    @Override
    Row row() {
        return Row.withBounds(labels(), Arrays.copyOf(bounds, finite));
    }

    @Override
    int put(double[] values, int at) {
        int next = super.put(values, at);
        System.arraycopy(buckets, 0, values, next, finite);
        return next + finite;
    }
}
