package dev.prefork.exposition;

import java.util.ArrayList;
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
        return families.stream().mapToInt(family -> family.rows().size()).sum();
    }

    /** What of it fits into so many bytes of memory, from the beginning; itself if all of it does. */
    public Shape within(long bytes) {
        List<Family> fitting = new ArrayList<>();
        long left = bytes;
        for (Family family : families) {
            left -= Sizes.heap(family);
            int rows = 0;
            while (rows < family.rows().size() && left >= 0) {
                left -= Sizes.heap(family.rows().get(rows));
                rows += left >= 0 ? 1 : 0;
            }
            if (left < 0) {
                if (rows > 0) {
                    fitting.add(family.first(rows));
                }
                return new Shape(fitting);
            }
            fitting.add(family);
        }
        return this;
    }
}
