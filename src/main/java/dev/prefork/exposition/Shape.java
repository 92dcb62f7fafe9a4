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
        int width = 0;
        for (Family family : families) {
            width += family.width();
        }
        return width;
    }

    /** How many series there are. */
    public int rows() {
        int rows = 0;
        for (Family family : families) {
            rows += family.rows().size();
        }
        return rows;
    }
}
