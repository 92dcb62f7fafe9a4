package dev.prefork.exposition;

import java.util.List;

/** All that a process exposes, without the numbers: what seldom changes. Immutable. */
public record Shape(List<Family> families) {
    public static final Shape EMPTY = new Shape(List.of());

    public Shape {
        families = List.copyOf(families);
    }

    /** How many numbers there are. */
    public int width() {
        return families.stream().mapToInt(Family::width).sum();
    }

    /** How many series there are. */
    public int rows() {
        return families.stream().mapToInt(family -> family.rows().size()).sum();
    }
}
