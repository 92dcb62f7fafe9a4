package dev.prefork.metrics;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Labels;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes what a registry of Micrometer's exposes: the same names, labels and numbers that Quarkus would show, without the text.
 *
 * <p>Threading: any thread.
 */
public final class MicrometerSource {
    private static final String BOUND = "le";
    private static final String QUANTILE = "quantile";

    private MicrometerSource() {}

    public static Exposition read(PrometheusMeterRegistry registry) {
        List<Family> families = new ArrayList<>();
        List<double[]> numbers = new ArrayList<>();
        // By name, so that the order is the same whenever the names are: a registry has none.
        Map<String, Gathered> byName = new TreeMap<>();
        for (MetricFamilySamples samples :
                Collections.list(registry.getPrometheusRegistry().metricFamilySamples())) {
            Kind kind = kind(samples);
            // Micrometer's own collectors give each name once; of others that do not, the first holds.
            if (kind != null) {
                byName.putIfAbsent(name(samples, kind), new Gathered(samples, kind));
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

    /** Null for what cannot be merged: nobody counts in histograms of gauges. */
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

    /** The samples of one family, by their labels. */
    private static final class Gathered {
        private final MetricFamilySamples samples;
        private final Kind kind;
        private final Map<String, Numbers> rows = new LinkedHashMap<>();

        Gathered(MetricFamilySamples samples, Kind kind) {
            this.samples = samples;
            this.kind = kind;
        }

        void finish(String name, List<Family> families, List<double[]> numbers) {
            for (Sample sample : samples.samples) {
                if (!sample.name.endsWith("_created") && !sample.labelNames.contains(QUANTILE)) {
                    rows.computeIfAbsent(labels(sample), ignored -> new Numbers())
                            .take(sample);
                }
            }
            List<Row> made = new ArrayList<>();
            for (String labels : new TreeSet<>(rows.keySet())) {
                Numbers row = rows.get(labels);
                made.add(kind == Kind.HISTOGRAM ? row.histogram(labels) : Row.of(labels));
                numbers.add(row.values(kind));
            }
            String help = samples.help == null ? "" : samples.help;
            families.add(new Family(name, kind, help, samples.unit == null ? "" : samples.unit, made));
        }

        private static String labels(Sample sample) {
            Map<String, String> labels = new TreeMap<>();
            for (int i = 0; i < sample.labelNames.size(); i++) {
                if (!sample.labelNames.get(i).equals(BOUND)) {
                    labels.put(sample.labelNames.get(i), sample.labelValues.get(i));
                }
            }
            return Labels.canonical(labels);
        }
    }

    /** The numbers of one series. */
    private static final class Numbers {
        private final TreeMap<Double, Double> buckets = new TreeMap<>();
        private double value;
        private double sum;
        private double count;

        void take(Sample sample) {
            int bound = sample.labelNames.indexOf(BOUND);
            if (bound >= 0 && sample.name.endsWith("_bucket")) {
                String text = sample.labelValues.get(bound);
                if (!text.equals("+Inf")) {
                    buckets.put(Double.valueOf(text), sample.value);
                }
            } else if (sample.name.endsWith("_sum")) {
                sum = sample.value;
            } else if (sample.name.endsWith("_count")) {
                count = sample.value;
            }
            value = sample.value;
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
