package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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
    /** So many characters become bytes at a time: the text as a whole is there only once, and as bytes. */
    private static final int CHUNK = 1 << 14;

    private final boolean open;
    private final double[] values;
    private final StringBuilder out = new StringBuilder(2 * CHUNK);
    private final List<byte[]> chunks = new ArrayList<>();

    /** They repeat in every histogram, and most processes have few different ones. */
    private final Map<Double, String> bounds = new HashMap<>();

    private ExpositionWriter(Exposition exposition, boolean open) {
        this.open = open;
        this.values = exposition.values();
    }

    public static byte[] write(Exposition exposition, Format format) {
        ExpositionWriter writer = new ExpositionWriter(exposition, format == Format.OPENMETRICS);
        writer.families(exposition.shape().families());
        return writer.bytes();
    }

    /** At the end of a line. */
    private void endLine() {
        out.append('\n');
        if (out.length() >= CHUNK) {
            endChunk();
        }
    }

    private void endChunk() {
        chunks.add(out.toString().getBytes(StandardCharsets.UTF_8));
        out.setLength(0);
    }

    private byte[] bytes() {
        endChunk();
        byte[] all = new byte[chunks.stream().mapToInt(chunk -> chunk.length).sum()];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, all, at, chunk.length);
            at += chunk.length;
        }
        return all;
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
        Set<String> samples = new HashSet<>();
        for (int i = 0; i < kinds.length; i++) {
            Family family = families.get(i);
            if (!family.rows().isEmpty() && names.add(family.name())) {
                kinds[i] = family.kind();
                samplesOf(family).forEach(samples::add);
            }
        }
        for (int i = 0; i < kinds.length; i++) {
            // A sample of that name stands there already: histograms and summaries need all of theirs.
            boolean needsOne = kinds[i] != Kind.HISTOGRAM && kinds[i] != Kind.SUMMARY;
            kinds[i] = needsOne && samples.contains(families.get(i).name()) ? null : kinds[i];
        }
        return kinds;
    }

    private static Stream<String> samplesOf(Family family) {
        Stream<String> suffixes =
                switch (family.kind()) {
                    case HISTOGRAM -> Stream.of("_bucket", "_count", "_sum");
                    case SUMMARY -> Stream.of("_count", "_sum");
                    case COUNTER, GAUGE, INFO, UNKNOWN -> Stream.empty();
                };
        return suffixes.map(family.name()::concat);
    }

    private void family(Family family, Kind kind, int first) {
        String base = open ? OpenMetricsRules.base(family.name(), kind) : family.name();
        boolean begun = false;
        int at = first;
        for (Row row : family.rows()) {
            if (!open || OpenMetricsRules.allows(kind, row, values, at)) {
                if (!begun) {
                    head(family, kind, base);
                    begun = true;
                }
                series(base, kind, row, at);
            }
            at += family.width(row);
        }
    }

    private void head(Family family, Kind kind, String base) {
        if (!open) {
            help(family.help(), base);
        }
        comment("TYPE", base, type(kind));
        if (open) {
            if (!family.unit().isEmpty() && kind != Kind.INFO && base.endsWith("_" + family.unit())) {
                comment("UNIT", base, family.unit());
            }
            help(family.help(), base);
        }
    }

    private void comment(String keyword, String base, String text) {
        out.append("# ").append(keyword).append(' ').append(base);
        out.append(' ').append(text);
        endLine();
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
        if (!help.isEmpty()) {
            String escaped = help.replace("\\", "\\\\").replace("\n", "\\n");
            comment("HELP", base, open ? escaped.replace("\"", "\\\"") : escaped);
        }
    }

    private void series(String base, Kind kind, Row row, int at) {
        switch (kind) {
            case HISTOGRAM -> histogram(base, row, at);
            case SUMMARY -> {
                sample(base, "_count", row, values[at]);
                if (!open || values[at + 1] >= 0) {
                    sample(base, "_sum", row, values[at + 1]);
                }
            }
            case COUNTER, GAUGE, INFO, UNKNOWN ->
                sample(base, open ? OpenMetricsRules.suffix(kind) : "", row, values[at]);
        }
    }

    private void histogram(String base, Row row, int at) {
        for (int i = 0; i < row.bounds(); i++) {
            bucket(base, row, bounds.computeIfAbsent(row.bound(i), NumberText::bound), values[at + 2 + i]);
        }
        bucket(base, row, "+Inf", values[at]);
        if (!open || OpenMetricsRules.allowsSum(row, values[at + 1])) {
            sample(base, "_count", row, values[at]);
            sample(base, "_sum", row, values[at + 1]);
        }
    }

    private void bucket(String base, Row row, String bound, double value) {
        out.append(base).append("_bucket{");
        if (!row.labels().isEmpty()) {
            out.append(row.labels()).append(',');
        }
        out.append("le=\"").append(bound).append("\"} ");
        NumberText.append(value, out);
        endLine();
    }

    private void sample(String base, String suffix, Row row, double value) {
        out.append(base).append(suffix);
        if (!row.labels().isEmpty()) {
            out.append('{').append(row.labels()).append('}');
        }
        out.append(' ');
        NumberText.append(value, out);
        endLine();
    }
}
