package dev.prefork.exposition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Expositions that both formats can say without loss, and no two alike. The same seed gives the same ones. */
final class RandomExpositions {
    private static final String[] SNIPPETS = {
        "a", "Z", "0", " ", "\\", "\"", "\n", "{", "}", ",", "=", "#", " # ", "\t", "ä", "€", "😀", "\\n", "le", "+Inf",
        "_total"
    };
    private static final double[] ODD = {
        0, -0.0, 1, -1, 0.1, 1e-300, 5e-324, Double.MAX_VALUE, 0x1p53, 0x1p53 - 1, 1e22, 1e23, 123456789.125, 1.0 / 3
    };

    private final Random random;

    RandomExpositions(long seed) {
        random = new Random(seed);
    }

    Exposition next() {
        List<Family> families = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        int wanted = random.nextInt(12);
        for (int i = 0; i < wanted; i++) {
            families.add(family(i, values));
        }
        return new Exposition(
                new Shape(families),
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private Family family(int number, List<Double> values) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        String unit = kind != Kind.INFO && random.nextInt(3) == 0 ? "seconds" : "";
        String stem = (random.nextBoolean() ? "f:" : "F_") + number + (unit.isEmpty() ? "x" : "_" + unit);
        String suffix = kind == Kind.COUNTER ? "_total" : kind == Kind.INFO ? "_info" : "";
        String help =
                random.nextBoolean() ? "" : text(random, 1 + random.nextInt(20)).strip();
        Map<String, Row> rows = new LinkedHashMap<>();
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
            String labels = labels(kind == Kind.INFO ? 1 : 0);
            rows.computeIfAbsent(labels, form -> row(kind, form, values));
        }
        return new Family(stem + suffix, kind, help, unit, List.copyOf(rows.values()));
    }

    private String labels(int least) {
        SortedMap<String, String> labels = new TreeMap<>();
        for (int n = least + random.nextInt(4); n > 0; n--) {
            labels.put("" + (char) ('a' + random.nextInt(26)) + random.nextInt(3), text(random, random.nextInt(8)));
        }
        return Labels.canonical(labels);
    }

    private Row row(Kind kind, String labels, List<Double> values) {
        switch (kind) {
            case HISTOGRAM -> {
                return histogram(labels, values);
            }
            case SUMMARY -> {
                values.add((double) random.nextInt(1_000_000));
                values.add(positive());
            }
            case COUNTER -> values.add(positive());
            case INFO -> values.add(1.0);
            case GAUGE, UNKNOWN -> values.add(any());
        }
        return Row.of(labels);
    }

    private Row histogram(String labels, List<Double> values) {
        double[] bounds = random.doubles(random.nextInt(15), 0, 6)
                .map(exponent -> Math.pow(10, exponent - 3))
                .sorted()
                .distinct()
                .toArray();
        int at = values.size();
        double count = 0;
        for (int i = 0; i < bounds.length; i++) {
            count += random.nextInt(3) * random.nextInt(100);
            values.add(count);
        }
        values.add(at, count + random.nextInt(5));
        values.add(at + 1, positive());
        return Row.withBounds(labels, bounds);
    }

    private double positive() {
        return Math.abs(random.nextBoolean() ? ODD[random.nextInt(ODD.length)] : random.nextInt(1000) / 8.0);
    }

    private double any() {
        return switch (random.nextInt(6)) {
            case 0 -> Double.NaN;
            case 1 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case 2 -> random.nextLong();
            case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 4 -> random.nextInt(100_000) - 50_000;
            default -> ODD[random.nextInt(ODD.length)];
        };
    }

    /** Of everything that has ever been hard to quote. */
    static String text(Random random, int snippets) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < snippets; i++) {
            text.append(SNIPPETS[random.nextInt(SNIPPETS.length)]);
        }
        return text.toString();
    }
}
