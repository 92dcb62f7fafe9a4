package dev.prefork.exposition;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Count, sum and buckets. */
final class HistogramSeries extends Series {
    private static final int USUAL = 8;

    private double[] bounds = new double[USUAL];
    private double[] buckets = new double[USUAL];

    /** Of the buckets; empty as long as there are none. */
    private double[] stamps = {};

    private int finite;
    private boolean infiniteGiven;
    private double infinite;
    private double infiniteStamp;
    private boolean repeats;

    HistogramSeries(String labels) {
        super(Kind.HISTOGRAM, labels);
    }

    @Override
    boolean add(Role role, double bound, double value, double at) {
        if (role != Role.BUCKET) {
            return super.add(role, bound, value, at);
        }
        if (bound == Double.POSITIVE_INFINITY) {
            boolean counts = !infiniteGiven || at != infiniteStamp;
            if (!infiniteGiven || at > infiniteStamp) {
                infinite = value;
                infiniteStamp = at;
            }
            infiniteGiven = true;
            return counts;
        }
        // Zero has two signs, and a bound of either is the same.
        double signless = bound + 0.0;
        if (finite > 0 && bounds[finite - 1] == signless && at == stampOf(finite - 1)) {
            return false;
        }
        if (finite == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * finite);
            buckets = Arrays.copyOf(buckets, 2 * finite);
        }
        bounds[finite] = signless;
        buckets[finite] = value;
        if (at != NO_STAMP || stamps.length > 0) {
            int stamped = stamps.length;
            if (stamped < bounds.length) {
                stamps = Arrays.copyOf(stamps, bounds.length);
                Arrays.fill(stamps, stamped, stamps.length, NO_STAMP);
            }
            stamps[finite] = at;
        }
        finite++;
        return true;
    }

    private double stampOf(int bucket) {
        return bucket < stamps.length ? stamps[bucket] : NO_STAMP;
    }

    @Override
    String flaw() {
        if (!super.flaw().isEmpty() && (!infiniteGiven || !super.add(Role.COUNT, 0, infinite, infiniteStamp))) {
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

    @Override
    Flaw kindOfFlaw() {
        if (!super.flaw().isEmpty()) {
            return Flaw.GARBAGE;
        }
        DoubleSummaryStatistics all = DoubleStream.concat(DoubleStream.of(number()), Arrays.stream(buckets, 0, finite))
                .summaryStatistics();
        // The sum is NaN or infinite if, and only if, one of them is.
        return !Double.isFinite(all.getSum()) ? Flaw.NAN : all.getMin() < 0 ? Flaw.NEGATIVE : Flaw.BUCKETS;
    }

    private boolean ascends() {
        for (int i = 1; i < finite; i++) {
            if (bounds[i - 1] >= bounds[i]) {
                return false;
            }
        }
        return true;
    }

    /** The newest stays, and what came first stands for what came twice. */
    private void sort() {
        SortedMap<Double, Integer> sorted = new TreeMap<>();
        for (int i = 0; i < finite; i++) {
            Integer known = sorted.putIfAbsent(bounds[i], i);
            if (known != null && stampOf(i) > stampOf(known)) {
                sorted.put(bounds[i], i);
            }
            repeats |= known != null && stampOf(i) == stampOf(known);
        }
        finite = sorted.size();
        double[] all = buckets;
        buckets = sorted.values().stream().mapToDouble(i -> all[i]).toArray();
        bounds = sorted.keySet().stream().mapToDouble(bound -> bound).toArray();
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
