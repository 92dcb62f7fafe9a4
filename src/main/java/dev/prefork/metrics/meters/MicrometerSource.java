package dev.prefork.metrics.meters;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Labels;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Takes what a registry of Micrometer's exposes: the same names, labels and numbers that Quarkus would show, without the text.
 *
 * <p>Threading: any thread.
 */
public final class MicrometerSource {
    private static final String BOUND = "le";
    private static final String INFINITE = "+Inf";

    private MicrometerSource() {}

    /** Where what is registered in this process is exposed to Prometheus; empty if nowhere. */
    public static Optional<PrometheusMeterRegistry> registry() {
        return Metrics.globalRegistry.getRegistries().stream()
                .filter(PrometheusMeterRegistry.class::isInstance)
                .map(PrometheusMeterRegistry.class::cast)
                .findFirst();
    }

    public static Exposition read(PrometheusMeterRegistry registry) {
        return read(registry, name -> true);
    }

    /** @param names of which samples are wanted; what has no others is not asked at all, which may be much cheaper */
    public static Exposition read(PrometheusMeterRegistry registry, Predicate<String> names) {
        List<Family> families = new ArrayList<>();
        List<double[]> numbers = new ArrayList<>();
        // By name, so that the order is the same whenever the names are: a registry has none.
        Map<String, Gathered> byName = new TreeMap<>();
        for (MetricFamilySamples samples :
                Collections.list(registry.getPrometheusRegistry().filteredMetricFamilySamples(names::test))) {
            Kind kind = kind(samples);
            // Micrometer's own collectors give each name once; of others that do not, the first holds.
            if (kind != null && !byName.containsKey(name(samples, kind))) {
                gather(samples, kind, byName);
            }
        }
        byName.forEach((name, gathered) -> gathered.finish(name, families, numbers));
        double[] values =
                new double[numbers.stream().mapToInt(row -> row.length).sum()];
        int at = 0;
        for (double[] row : numbers) {
            System.arraycopy(row, 0, values, at, row.length);
            at += row.length;
        }
        return new Exposition(new Shape(families), values);
    }

    private static void gather(MetricFamilySamples samples, Kind kind, Map<String, Gathered> byName) {
        Gathered family = new Gathered(kind, text(samples.help), text(samples.unit));
        byName.put(name(samples, kind), family);
        for (Sample sample : samples.samples) {
            Part part = Part.of(samples.name, kind, sample);
            if (part == Part.FOREIGN) {
                byName.computeIfAbsent(sample.name, name -> new Gathered(Kind.UNKNOWN, "", ""))
                        .take(Part.VALUE, sample);
            } else if (part != Part.NONE) {
                family.take(part, sample);
            }
        }
    }

    /** Micrometer's description of a meter without one is a blank. */
    private static String text(String given) {
        return given == null ? "" : given.strip();
    }

    /** Null for what cannot be merged: histograms of gauges are not in use. */
    private static Kind kind(MetricFamilySamples samples) {
        return switch (samples.type) {
            case COUNTER -> Kind.COUNTER;
            case GAUGE, STATE_SET -> Kind.GAUGE;
            case HISTOGRAM -> Kind.HISTOGRAM;
            case SUMMARY -> Kind.SUMMARY;
            case INFO -> Kind.INFO;
            case UNKNOWN -> Kind.UNKNOWN;
            case GAUGE_HISTOGRAM -> null;
        };
    }

    private static String name(MetricFamilySamples samples, Kind kind) {
        return switch (kind) {
            case COUNTER -> samples.name + "_total";
            case INFO -> samples.name + "_info";
            case GAUGE, HISTOGRAM, SUMMARY, UNKNOWN -> samples.name;
        };
    }

    private enum Part {
        VALUE,
        COUNT,
        SUM,
        BUCKET,
        /** When counting began, or a quantile. */
        NONE,
        /** A number of its own that passes for a part of this family, as the active tasks of a timer of long tasks do. */
        FOREIGN;

        static Part of(String family, Kind kind, Sample sample) {
            String suffix = sample.name.startsWith(family) ? sample.name.substring(family.length()) : "?";
            return switch (kind) {
                case GAUGE, INFO, UNKNOWN -> VALUE;
                case COUNTER -> suffix.equals("_created") ? NONE : VALUE;
                case HISTOGRAM, SUMMARY ->
                    switch (suffix) {
                        case "_count" -> COUNT;
                        case "_sum" -> SUM;
                        case "_bucket" -> BUCKET;
                        case "_created", "" -> NONE;
                        default -> FOREIGN;
                    };
            };
        }
    }

    /** The samples of one family, by their labels. */
    private static final class Gathered {
        private final Kind kind;
        private final String help;
        private final String unit;
        private final Map<String, Numbers> rows = new TreeMap<>();

        Gathered(Kind kind, String help, String unit) {
            this.kind = kind;
            this.help = help;
            this.unit = unit;
        }

        void take(Part part, Sample sample) {
            rows.computeIfAbsent(labels(sample), ignored -> new Numbers()).take(part, sample);
        }

        void finish(String name, List<Family> families, List<double[]> numbers) {
            if (kind == Kind.HISTOGRAM || kind == Kind.SUMMARY) {
                // Buckets without a count are those of tasks that are under way: they do not only grow.
                rows.values().removeIf(row -> !row.counted);
            }
            if (rows.isEmpty()) {
                return;
            }
            List<Row> made = new ArrayList<>();
            rows.forEach((labels, row) -> {
                made.add(kind == Kind.HISTOGRAM ? row.histogram(labels) : Row.of(labels));
                numbers.add(row.values(kind));
            });
            families.add(new Family(name, kind, help, unit, made));
        }

        private String labels(Sample sample) {
            if (kind != Kind.HISTOGRAM && sample.labelNames.size() == 1) {
                // As of a thousand workers' figures; a map for each takes longer than all the rest.
                return Labels.canonical(sample.labelNames.get(0), sample.labelValues.get(0));
            }
            Map<String, String> labels = new TreeMap<>();
            for (int i = 0; i < sample.labelNames.size(); i++) {
                if (kind != Kind.HISTOGRAM || !sample.labelNames.get(i).equals(BOUND)) {
                    labels.put(sample.labelNames.get(i), sample.labelValues.get(i));
                }
            }
            return Labels.canonical(labels);
        }
    }

    private static final class Numbers {
        private final TreeMap<Double, Double> buckets = new TreeMap<>();
        private double value;
        private double sum;
        private double count;
        private boolean counted;

        void take(Part part, Sample sample) {
            switch (part) {
                case BUCKET -> bucket(sample);
                case SUM -> sum = sample.value;
                case COUNT -> {
                    counted = true;
                    count = sample.value;
                }
                default -> value = sample.value;
            }
        }

        private void bucket(Sample sample) {
            int bound = sample.labelNames.indexOf(BOUND);
            String text = bound < 0 ? INFINITE : sample.labelValues.get(bound);
            if (!text.equals(INFINITE)) {
                buckets.put(Double.valueOf(text), sample.value);
            }
        }

        Row histogram(String labels) {
            return Row.withBounds(
                    labels,
                    buckets.keySet().stream().mapToDouble(Double::doubleValue).toArray());
        }

        double[] values(Kind kind) {
            return switch (kind) {
                case COUNTER, GAUGE, INFO, UNKNOWN -> new double[] {value};
                case SUMMARY -> new double[] {count, sum};
                case HISTOGRAM -> {
                    double[] all = new double[2 + buckets.size()];
                    all[0] = count;
                    all[1] = sum;
                    int at = 2;
                    for (double cumulative : buckets.values()) {
                        all[at++] = cumulative;
                    }
                    yield all;
                }
            };
        }
    }
}
