package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes an exposition as text. Names and labels are taken as they are: the maker of the families saw to it that they are legal.
 *
 * <p>What a format has no way to say is handled so that the text stays valid:
 *
 * <ul>
 *   <li>Of two families of one name the second is left out.
 *   <li>In OpenMetrics the name of a family, and all sample names that its type may have, must not belong to another family. Histograms and
 *       summaries get their names first, then gauges and unknowns, then counters and infos. A counter or an info that comes too
 *       late is written as unknown, with the same sample name; any other is left out.
 *   <li>In OpenMetrics a series is left out whose numbers its type forbids: a counter that is negative or NaN, an info that is
 *       not 1, counts that are no whole numbers, buckets that go down or exceed the count.
 *   <li>In OpenMetrics a sum that is NaN or negative, or of a histogram with negative bounds, is left out, and with it a
 *       histogram's {@code _count}, which then is only in the bucket {@code +Inf}.
 *   <li>A counter whose name does not end with {@code _total} has samples that do in OpenMetrics, as has an info with
 *       {@code _info}; a gauge may end with either.
 * </ul>
 */
public final class ExpositionWriter {
    /** A power of two. Bounds repeat in every histogram, and most processes have fewer different ones. */
    private static final int REMEMBERED_BOUNDS = 64;

    private static final int USUAL_LINE = 80;

    private final boolean open;
    private final double[] values;
    private final StringBuilder out;
    private final double[] bounds = new double[REMEMBERED_BOUNDS];
    private final String[] boundTexts = new String[REMEMBERED_BOUNDS];

    private ExpositionWriter(Exposition exposition, boolean open) {
        this.open = open;
        this.values = exposition.values();
        this.out = new StringBuilder(1024 + USUAL_LINE * values.length);
    }

    public static byte[] write(Exposition exposition, Format format) {
        ExpositionWriter writer = new ExpositionWriter(exposition, format == Format.OPENMETRICS);
        writer.families(exposition.shape().families());
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void families(List<Family> families) {
        Kind[] kinds = open ? OpenMetricsRules.kinds(families) : kinds(families);
        int at = 0;
        for (int i = 0; i < kinds.length; i++) {
            Family family = families.get(i);
            if (kinds[i] != null) {
                family(family, kinds[i], at);
            }
            at += family.width();
        }
        if (open) {
            out.append("# EOF\n");
        }
    }

    private static Kind[] kinds(List<Family> families) {
        Kind[] kinds = new Kind[families.size()];
        Set<String> names = new HashSet<>();
        for (int i = 0; i < kinds.length; i++) {
            Family family = families.get(i);
            if (!family.rows().isEmpty() && names.add(family.name())) {
                kinds[i] = family.kind();
            }
        }
        for (int i = 0; i < kinds.length; i++) {
            // A sample of that name stands there already: histograms and summaries need all of theirs.
            if (kinds[i] != null && isSampleOfAnother(families.get(i), families, kinds)) {
                kinds[i] = null;
            }
        }
        return kinds;
    }

    private static boolean isSampleOfAnother(Family family, List<Family> families, Kind[] kinds) {
        String name = family.name();
        int end = name.lastIndexOf('_');
        if (end < 1 || family.kind() == Kind.HISTOGRAM || family.kind() == Kind.SUMMARY) {
            return false;
        }
        String base = name.substring(0, end);
        String suffix = name.substring(end);
        for (int i = 0; i < kinds.length; i++) {
            boolean other = kinds[i] == Kind.HISTOGRAM || kinds[i] == Kind.SUMMARY;
            boolean ofHistogram = kinds[i] == Kind.HISTOGRAM && suffix.equals("_bucket");
            if (other
                    && families.get(i).name().equals(base)
                    && (ofHistogram || suffix.equals("_count") || suffix.equals("_sum"))) {
                return true;
            }
        }
        return false;
    }

    private void family(Family family, Kind kind, int first) {
        String base = open ? OpenMetricsRules.base(family.name(), kind) : family.name();
        Samples samples = new Samples(base, kind, open);
        boolean begun = false;
        int at = first;
        for (Row row : family.rows()) {
            if (!open || OpenMetricsRules.allows(kind, row, values, at)) {
                if (!begun) {
                    head(family, kind, base);
                    begun = true;
                }
                series(samples, kind, row, at);
            }
            at += family.width(row);
        }
    }

    private void head(Family family, Kind kind, String base) {
        if (!open) {
            help(family.help(), base);
        }
        out.append("# TYPE ").append(base).append(' ').append(type(kind)).append('\n');
        if (open) {
            if (!family.unit().isEmpty() && kind != Kind.INFO && base.endsWith("_" + family.unit())) {
                out.append("# UNIT ")
                        .append(base)
                        .append(' ')
                        .append(family.unit())
                        .append('\n');
            }
            help(family.help(), base);
        }
    }

    private String type(Kind kind) {
        return switch (kind) {
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
            case HISTOGRAM -> "histogram";
            case SUMMARY -> "summary";
            case INFO -> open ? "info" : "gauge";
            case UNKNOWN -> open ? "unknown" : "untyped";
        };
    }

    private void help(String help, String base) {
        if (help.isEmpty()) {
            return;
        }
        out.append("# HELP ").append(base).append(' ');
        for (int i = 0; i < help.length(); i++) {
            char c = help.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '"' -> out.append(open ? "\\\"" : "\"");
                default -> out.append(c);
            }
        }
        out.append('\n');
    }

    private void series(Samples samples, Kind kind, Row row, int at) {
        switch (kind) {
            case HISTOGRAM -> histogram(samples, row, at);
            case SUMMARY -> {
                sample(samples.count(), row, values[at]);
                if (!open || values[at + 1] >= 0) {
                    sample(samples.sum(), row, values[at + 1]);
                }
            }
            case COUNTER, GAUGE, INFO, UNKNOWN -> sample(samples.value(), row, values[at]);
        }
    }

    private void histogram(Samples samples, Row row, int at) {
        for (int i = 0; i < row.bounds(); i++) {
            bucket(samples, row, boundText(row.bound(i)), values[at + 2 + i]);
        }
        bucket(samples, row, "+Inf", values[at]);
        if (!open || OpenMetricsRules.allowsSum(row, values[at + 1])) {
            sample(samples.count(), row, values[at]);
            sample(samples.sum(), row, values[at + 1]);
        }
    }

    private void bucket(Samples samples, Row row, String bound, double value) {
        out.append(samples.bucket()).append('{');
        if (!row.labels().isEmpty()) {
            out.append(row.labels()).append(',');
        }
        out.append("le=\"").append(bound).append("\"} ");
        NumberText.append(value, out);
        out.append('\n');
    }

    private void sample(String name, Row row, double value) {
        out.append(name);
        if (!row.labels().isEmpty()) {
            out.append('{').append(row.labels()).append('}');
        }
        out.append(' ');
        NumberText.append(value, out);
        out.append('\n');
    }

    private String boundText(double bound) {
        int slot = Double.hashCode(bound) * 0x9E3779B9 >>> 26;
        if (boundTexts[slot] == null || bounds[slot] != bound || bound == 0) {
            bounds[slot] = bound;
            boundTexts[slot] = NumberText.bound(bound);
        }
        return boundTexts[slot];
    }

    /** The sample names of one family, put together once. */
    private record Samples(String value, String bucket, String count, String sum) {
        Samples(String base, Kind kind, boolean open) {
            this(value(base, kind, open), base + "_bucket", base + "_count", base + "_sum");
        }

        private static String value(String base, Kind kind, boolean open) {
            return open && kind == Kind.COUNTER ? base + "_total" : open && kind == Kind.INFO ? base + "_info" : base;
        }
    }
}
