package dev.prefork.exposition;

/** One number. */
final class SingleSeries extends Series {
    private double value;
    private boolean given;

    SingleSeries(String labels) {
        super(labels);
    }

    @Override
    boolean add(Role role, double bound, double number) {
        if (given) {
            return false;
        }
        given = true;
        value = number;
        return true;
    }

    @Override
    String flaw() {
        return "";
    }

    @Override
    Row row() {
        return Row.of(labels());
    }

    @Override
    int put(double[] values, int at) {
        values[at] = value;
        return at + 1;
    }
}
