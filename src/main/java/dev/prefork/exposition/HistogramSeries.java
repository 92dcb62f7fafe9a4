package dev.prefork.exposition;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Count, sum and buckets. */
final class HistogramSeries extends Series {
    private static final int USUAL = 8;

    private double[] bounds = new double[USUAL];
    private double[] buckets = new double[USUAL];
    private int finite;
    private boolean infiniteGiven;
    private double infinite;
    private boolean repeats;

    HistogramSeries(String labels) {
        super(Kind.HISTOGRAM, labels);
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
        }
        double below = 0;
        for (int i = 0; i < finite; i++) {
            // In this form NaN is as wrong as too little.
            if (!(buckets[i] >= below)) {
                return "has decreasing buckets";
            }
            below = buckets[i];
        }
        return number() >= below && number() < Double.POSITIVE_INFINITY ? "" : "has a count below that of a bucket";
    }

    private boolean ascends() {
        for (int i = 1; i < finite; i++) {
            if (bounds[i - 1] >= bounds[i]) {
                return false;
            }
        }
        return true;
    }

    /** What came first stays, and stands for what came twice. */
    private void sort() {
        SortedMap<Double, Double> sorted = new TreeMap<>();
        for (int i = 0; i < finite; i++) {
            repeats |= sorted.putIfAbsent(bounds[i], buckets[i]) != null;
        }
        finite = sorted.size();
        bounds = sorted.keySet().stream().mapToDouble(bound -> bound).toArray();
        buckets = sorted.values().stream().mapToDouble(bucket -> bucket).toArray();
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
