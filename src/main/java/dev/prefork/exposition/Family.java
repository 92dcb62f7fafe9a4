package dev.prefork.exposition;

import java.util.List;

/**
 * A metric by its name, with all its series but without their numbers. Immutable.
 *
 * @param name as a sample has it in the text format 0.0.4 that is not a bucket, count or sum: a counter's ends with
 *     {@code _total} where its worker says so, an info's with {@code _info}
 * @param help one line, not escaped; may be empty
 * @param unit the base unit, of which the name tells as well; empty if none is known
 * @param rows each label set once
 */
public record Family(String name, Kind kind, String help, String unit, List<Row> rows) {
    public Family {
        rows = List.copyOf(rows);
    }

    /** How many numbers it has. */
    public int width() {
        return switch (kind) {
            case HISTOGRAM -> rows.stream().mapToInt(this::width).sum();
            case SUMMARY -> 2 * rows.size();
            case COUNTER, GAUGE, INFO, UNKNOWN -> rows.size();
        };
    }

    /**
     * How many numbers one of its series has: of a histogram the count, the sum, and for each finite bound how many were
     * below; of a summary the count and the sum; of all others one.
     */
    public int width(Row row) {
        return switch (kind) {
            case HISTOGRAM -> 2 + row.bounds();
            case SUMMARY -> 2;
            case COUNTER, GAUGE, INFO, UNKNOWN -> 1;
        };
    }

    public Family named(String other) {
        return new Family(other, kind, help, unit, rows);
    }

    /** The same with so many of its series. */
    Family first(int count) {
        return new Family(name, kind, help, unit, rows.subList(0, count));
    }
}
