package dev.prefork.exposition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What a process exposes at one moment: a shape, and the numbers of its families and their series in order. The numbers are
 * not copied: the caller that makes one gives them away.
 */
public record Exposition(Shape shape, double[] values) {
    public static final Exposition EMPTY = new Exposition(Shape.EMPTY, new double[0]);

    public Exposition {
        if (values.length != shape.width()) {
            throw new IllegalArgumentException(values.length + " numbers for a shape of " + shape.width());
        }
    }

    /** What of it fits into so many bytes of memory, from the beginning; itself if all of it does. */
    public Exposition within(long bytes) {
        Shape fitting = shape.within(bytes);
        return fitting == shape ? this : new Exposition(fitting, Arrays.copyOf(values, fitting.width()));
    }

    /** How much a histogram or a summary has counted in all its series; empty if there is none of that name. */
    public OptionalDouble count(String name) {
        int at = 0;
        for (Family family : shape.families()) {
            boolean counts = family.kind() == Kind.HISTOGRAM || family.kind() == Kind.SUMMARY;
            if (counts && family.name().equals(name)) {
                double sum = 0;
                for (Row row : family.rows()) {
                    sum += values[at];
                    at += family.width(row);
                }
                return OptionalDouble.of(sum);
            }
            at += family.width();
        }
        return OptionalDouble.empty();
    }

    /** Both, one after the other. */
    public Exposition and(Exposition other) {
        List<Family> families = new ArrayList<>(shape.families());
        families.addAll(other.shape.families());
        double[] both = Arrays.copyOf(values, values.length + other.values.length);
        System.arraycopy(other.values, 0, both, values.length, other.values.length);
        return new Exposition(new Shape(families), both);
    }

    /** Those families for which there is a name, under that name. */
    public Exposition select(Function<Family, Optional<String>> name) {
        List<Family> families = new ArrayList<>();
        double[] selected = new double[values.length];
        int from = 0;
        int to = 0;
        for (Family family : shape.families()) {
            int width = family.width();
            Optional<String> chosen = name.apply(family);
            if (chosen.isPresent()) {
                families.add(family.named(chosen.get()));
                System.arraycopy(values, from, selected, to, width);
                to += width;
            }
            from += width;
        }
        return new Exposition(new Shape(families), Arrays.copyOf(selected, to));
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
