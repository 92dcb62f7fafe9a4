package dev.prefork.metrics.merge;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Short ways to write down what a worker exposes, and to read what came of it. */
public final class Expositions {
    private final List<Family> families = new ArrayList<>();
    private final List<double[]> numbers = new ArrayList<>();

    private Expositions() {}

    public static Expositions of(Kind kind, String name, double... values) {
        return new Expositions().and(kind, name, values);
    }

    /** Those of a pod of 256 MiB, but for the number of series. */
    public static Limits limits(int series) {
        return Limits.of(124 << 20).withSeries(series);
    }

    public static Exposition counter(String name, double value) {
        return of(Kind.COUNTER, name, value).build();
    }

    public static Exposition gauge(String name, double value) {
        return of(Kind.GAUGE, name, value).build();
    }

    /** A family with one series without labels; a histogram's bounds are 1, 2, 3 and so on. */
    Expositions and(Kind kind, String name, double... values) {
        return labelled(kind, name, "", values);
    }

    Expositions labelled(Kind kind, String name, String labels, double... values) {
        double[] bounds = kind == Kind.HISTOGRAM
                ? IntStream.rangeClosed(1, values.length - 2).asDoubleStream().toArray()
                : new double[0];
        return row(kind, name, Row.withBounds(labels, bounds), values);
    }

    Expositions row(Kind kind, String name, Row row, double... values) {
        families.add(new Family(name, kind, "", "", List.of(row)));
        numbers.add(values);
        return this;
    }

    /** A counter with several series. */
    Expositions row(String name, List<Row> rows, double... values) {
        families.add(new Family(name, Kind.COUNTER, "", "", rows));
        numbers.add(values);
        return this;
    }

    Exposition build() {
        double[] values = numbers.stream().flatMapToDouble(Arrays::stream).toArray();
        return new Exposition(new Shape(families), values);
    }

    /** The numbers of a series; empty if it is not there. */
    public static double[] numbers(Exposition exposition, String name, String labels) {
        int at = 0;
        for (Family family : exposition.shape().families()) {
            for (Row row : family.rows()) {
                int width = family.width(row);
                if (family.name().equals(name) && row.labels().equals(labels)) {
                    return Arrays.copyOfRange(exposition.values(), at, at + width);
                }
                at += width;
            }
        }
        return new double[0];
    }

    public static double[] numbers(Exposition exposition, String name) {
        return numbers(exposition, name, "");
    }
}
