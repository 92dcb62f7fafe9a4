package dev.prefork.exposition;

/** Count and sum. */
class SummarySeries extends Series {
    private boolean counted;
    private boolean summed;
    private double count;
    private double sum = Double.NaN;

    SummarySeries(String labels) {
        super(labels);
    }

    @Override
    boolean add(Role role, double bound, double value) {
        if (role == Role.COUNT && !counted) {
            counted = true;
            count = value;
            return true;
        }
        if (role == Role.SUM && !summed) {
            summed = true;
            sum = value;
            return true;
        }
        return false;
    }

    final double count() {
        return count;
    }

    @Override
    String flaw() {
        return counted ? "" : "has no count";
    }

    @Override
    Row row() {
        return Row.of(labels());
    }

    @Override
    int put(double[] values, int at) {
        values[at] = count;
        values[at + 1] = sum;
        return at + 2;
    }
}
