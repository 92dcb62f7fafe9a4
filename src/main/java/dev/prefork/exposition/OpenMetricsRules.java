package dev.prefork.exposition;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What OpenMetrics 1.0 forbids and the format 0.0.4 does not: names that clash, and numbers that a type cannot have. */
final class OpenMetricsRules {
    private OpenMetricsRules() {}

    /**
     * As what each family may be written; null for one that may not. A family claims its own name and all that its samples
     * could have, {@code _created} included, whether they do or not ("Suffixes"). Those that cannot be written otherwise go
     * first; a counter or an info whose claim fails is written as unknown, under the very name of its sample.
     */
    static Kind[] kinds(List<Family> families) {
        Kind[] kinds = new Kind[families.size()];
        Set<String> claimed = new HashSet<>();
        for (List<Kind> turn : List.of(
                List.of(Kind.HISTOGRAM, Kind.SUMMARY),
                List.of(Kind.GAUGE, Kind.UNKNOWN),
                List.of(Kind.COUNTER, Kind.INFO))) {
            for (int i = 0; i < kinds.length; i++) {
                Family family = families.get(i);
                if (turn.contains(family.kind()) && !family.rows().isEmpty()) {
                    kinds[i] = claim(family, claimed);
                }
            }
        }
        return kinds;
    }

    private static Kind claim(Family family, Set<String> claimed) {
        if (claims(family.name(), family.kind(), claimed)) {
            return family.kind();
        }
        boolean oneSample = family.kind() == Kind.COUNTER || family.kind() == Kind.INFO;
        return oneSample && claims(family.name(), Kind.UNKNOWN, claimed) ? Kind.UNKNOWN : null;
    }

    private static boolean claims(String name, Kind kind, Set<String> claimed) {
        String base = base(name, kind);
        List<String> names =
                suffixes(kind).stream().map(suffix -> base + suffix).toList();
        if (base.isEmpty() || claimed.contains(base) || names.stream().anyMatch(claimed::contains)) {
            return false;
        }
        claimed.add(base);
        claimed.addAll(names);
        return true;
    }

    private static List<String> suffixes(Kind kind) {
        return switch (kind) {
            case COUNTER -> List.of("_total", "_created");
            case HISTOGRAM -> List.of("_bucket", "_count", "_sum", "_created");
            case SUMMARY -> List.of("_count", "_sum", "_created");
            case INFO -> List.of("_info");
            case GAUGE, UNKNOWN -> List.of();
        };
    }

    /** What the samples of a type that has one for each series end with in OpenMetrics. */
    static String suffix(Kind kind) {
        return kind == Kind.COUNTER ? "_total" : kind == Kind.INFO ? "_info" : "";
    }

    /** The family's name in OpenMetrics, which is without the suffix that its samples have. */
    static String base(String name, Kind kind) {
        String suffix = suffix(kind);
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }

    /** Whether a series with these numbers may be written. */
    static boolean allows(Kind kind, Row row, double[] values, int at) {
        return switch (kind) {
            case COUNTER -> values[at] >= 0;
            case INFO -> values[at] == 1;
            case SUMMARY -> isCount(values[at]);
            case HISTOGRAM -> isCount(values[at]) && climbs(row, values, at);
            case GAUGE, UNKNOWN -> true;
        };
    }

    /** A sum may not go down, as it would with measurements below zero; without it a histogram has no count either. */
    static boolean allowsSum(Row row, double sum) {
        return sum >= 0 && (row.bounds() == 0 || row.bound(0) >= 0);
    }

    private static boolean climbs(Row row, double[] values, int at) {
        double below = 0;
        for (int i = 0; i < row.bounds(); i++) {
            double next = values[at + 2 + i];
            if (!isCount(next) || next < below) {
                return false;
            }
            below = next;
        }
        return below <= values[at];
    }

    private static boolean isCount(double value) {
        return value >= 0 && value == Math.rint(value) && Double.isFinite(value);
    }
}
