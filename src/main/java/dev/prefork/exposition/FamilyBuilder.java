package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A family while it is being gathered. Most of a hostile text's have one series at most, so one takes little room. */
final class FamilyBuilder {
    private final String base;
    private final byte[] bytes;
    private List<Series> rows = List.of();

    /** From the second series on. */
    private Map<String, Series> byLabels;

    private Series last;

    /** Null until it is stated. */
    private Kind kind;

    private boolean refused;
    private String help = "";
    private String unit = "";

    /** What the first sample of a counter or an info had beyond the base: the others must have the same. */
    private Suffix form;

    /** @param base the name in its TYPE line, or that of the sample if it has none */
    FamilyBuilder(String base) {
        this.base = base;
        bytes = base.getBytes(StandardCharsets.ISO_8859_1);
    }

    String base() {
        return base;
    }

    Kind kind() {
        return kind == null ? Kind.UNKNOWN : kind;
    }

    /** Whether this may still get a type: what has samples has one. */
    boolean isOpen() {
        return kind == null && rows.isEmpty();
    }

    boolean isRefused() {
        return refused;
    }

    void type(Kind type) {
        kind = type;
    }

    /** Takes samples from now on only to throw them away. */
    FamilyBuilder refuse(Kind type) {
        kind = type;
        refused = true;
        return this;
    }

    /** The first one holds, as with all that is said twice. */
    void help(String text) {
        help = help.isEmpty() ? text : help;
    }

    void unit(String text) {
        unit = unit.isEmpty() ? text : unit;
    }

    /** What a sample of this name would be to this family. */
    Role role(byte[] body, int from, int to) {
        int stem = from + bytes.length;
        if (stem > to || !Arrays.equals(body, from, stem, bytes, 0, bytes.length)) {
            return Role.NONE;
        }
        Suffix suffix = Suffix.of(body, stem, to);
        if (refused) {
            boolean gauges = kind == Kind.HISTOGRAM && (suffix == Suffix.GCOUNT || suffix == Suffix.GSUM);
            return gauges || role(suffix) != Role.NONE ? Role.DROPPED : Role.NONE;
        }
        return role(suffix);
    }

    private Role role(Suffix suffix) {
        Kind own = kind();
        boolean counts = own == Kind.HISTOGRAM || own == Kind.SUMMARY;
        return switch (suffix) {
            case NONE -> own == Kind.SUMMARY ? Role.QUANTILE : own == Kind.HISTOGRAM ? Role.NONE : form(suffix);
            case TOTAL -> own == Kind.COUNTER ? form(suffix) : Role.NONE;
            case INFO -> own == Kind.INFO ? form(suffix) : Role.NONE;
            case BUCKET -> own == Kind.HISTOGRAM ? Role.BUCKET : Role.NONE;
            case COUNT -> counts ? Role.COUNT : Role.NONE;
            case SUM -> counts ? Role.SUM : Role.NONE;
            case CREATED -> own.accumulates() ? Role.DROPPED : Role.NONE;
            case GCOUNT, GSUM, OTHER -> Role.NONE;
        };
    }

    private Role form(Suffix suffix) {
        return form == null || form == suffix ? Role.VALUE : Role.NONE;
    }

    /** The series with these labels; null if there is none yet. */
    Series find(String labels) {
        // Lines that follow each other share the very String.
        if (last != null
                && (last.labels() == labels || byLabels == null && last.labels().equals(labels))) {
            return last;
        }
        return byLabels == null ? null : byLabels.get(labels);
    }

    /** @param nameLength of its first sample, with the suffix */
    Series begin(String labels, int nameLength) {
        if (form == null) {
            form = nameLength == bytes.length ? Suffix.NONE : kind() == Kind.INFO ? Suffix.INFO : Suffix.TOTAL;
        }
        Series series = kind == Kind.HISTOGRAM ? new HistogramSeries(labels) : new Series(kind(), labels);
        if (byLabels == null && last != null) {
            byLabels = new HashMap<>();
            byLabels.put(last.labels(), last);
        }
        if (byLabels != null) {
            byLabels.put(labels, series);
        }
        rows = rows.isEmpty() ? new ArrayList<>(1) : rows;
        rows.add(series);
        last = series;
        return series;
    }

    /** Its name in the model, where a counter's and an info's is that of their samples. */
    String name() {
        boolean told = form != null && (kind() == Kind.COUNTER || kind() == Kind.INFO);
        return told ? base + form.text() : base;
    }

    List<Series> rows() {
        return rows;
    }

    Family family(List<Row> kept) {
        return new Family(name(), kind(), help, unit, kept);
    }
}
