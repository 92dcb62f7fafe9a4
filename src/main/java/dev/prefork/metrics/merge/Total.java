package dev.prefork.metrics.merge;

import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One family of the merged answer. Belongs to its {@link Merger} and that one's lock. */
final class Total {
    private final String name;
    private final Kind kind;
    private final GaugeRules.Mode mode;
    private final Map<String, MergedSeries> series = new LinkedHashMap<>();
    private String help;
    private String unit;

    Total(Family first, GaugeRules rules) {
        name = first.name();
        kind = first.kind();
        mode = kind == Kind.INFO ? GaugeRules.Mode.MAX : rules.modeOf(name);
        help = first.help();
        unit = first.unit();
    }

    String name() {
        return name;
    }

    Kind kind() {
        return kind;
    }

    /** Facts are said once, also where they pass for a counter that stands at 1, as Micrometer's jvm_info_total does. */
    boolean accumulates() {
        boolean fact = kind == Kind.COUNTER && name.endsWith("_info_total");
        return kind.accumulates() && !fact;
    }

    /** The first worker decides; but one that says nothing leaves it to the next. */
    void describe(Family family) {
        help = help.isEmpty() ? family.help() : help;
        unit = unit.isEmpty() ? family.unit() : unit;
    }

    Map<String, MergedSeries> series() {
        return series;
    }

    /** One that is not there yet. */
    MergedSeries add(String labels, Row like, int width) {
        MergedSeries added = new MergedSeries(this, like.labelled(labels), width, mode);
        series.put(labels, added);
        return added;
    }

    Family family() {
        List<Row> rows = series.values().stream().map(MergedSeries::row).toList();
        return new Family(name, kind, help, unit, rows);
    }
}
