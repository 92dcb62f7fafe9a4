package dev.prefork.exposition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a process exposes at one moment: a shape, and the numbers of its families and their series in order. The numbers are
 * not copied: whoever makes one gives them away.
 */
public record Exposition(Shape shape, double[] values) {
    public static final Exposition EMPTY = new Exposition(Shape.EMPTY, new double[0]);

    public Exposition {
        if (values.length != shape.width()) {
            throw new IllegalArgumentException(values.length + " numbers for a shape of " + shape.width());
        }
    }

    /** Both, one after the other. */
    public Exposition and(Exposition other) {
        List<Family> families = new ArrayList<>(shape.families());
        families.addAll(other.shape.families());
        double[] both = Arrays.copyOf(values, values.length + other.values.length);
        System.arraycopy(other.values, 0, both, values.length, other.values.length);
        return new Exposition(new Shape(families), both);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Exposition exposition
                && shape.equals(exposition.shape)
                && Arrays.equals(values, exposition.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return shape + Arrays.toString(values);
    }
}
