package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Short ways to say what an exposition is made of, and what it is. */
final class Sample {
    private Sample() {}

    static Family family(String name, Kind kind, Row... rows) {
        return new Family(name, kind, "", "", List.of(rows));
    }

    static Exposition exposition(Family family, double... values) {
        return new Exposition(new Shape(List.of(family)), values);
    }

    /** A family of one series without labels. */
    static Exposition single(String name, Kind kind, double... values) {
        return exposition(family(name, kind, Row.of("")), values);
    }

    /** All of these, one after the other. */
    static Exposition all(Exposition... expositions) {
        return Arrays.stream(expositions).reduce(Exposition.EMPTY, Exposition::and);
    }

    static String text(Exposition exposition, Format format) {
        return new String(ExpositionWriter.write(exposition, format), StandardCharsets.UTF_8);
    }

    static Parsed parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    static Parsed parse(byte[] body) {
        return ExpositionParser.parse(body, 1000);
    }

    /** One line for each series: kind, name, labels, bounds and numbers. */
    static List<String> lines(Exposition exposition) {
        double[] values = exposition.values();
        int[] at = {0};
        return exposition.shape().families().stream()
                .flatMap(family -> family.rows().stream().map(row -> {
                    String numbers = DoubleStream.of(Arrays.copyOfRange(values, at[0], at[0] += family.width(row)))
                            .mapToObj(Double::toString)
                            .collect(Collectors.joining(" "));
                    return family.kind() + " " + family.name() + row + " " + numbers;
                }))
                .toList();
    }
}
