package dev.prefork.metrics.merge;

import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Sizes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One family of the merged answer. Belongs to its {@link Merger} and that one's lock. */
final class Total {
    /** Of characters; the rest of a longer explanation is left out. */
    private static final int LONGEST_HELP = 1024;

    /** The object, its map, and its entry in the one of all. */
    private static final int MEMORY = 300;

    private final int slot;
    private final String name;
    private final Kind kind;
    private final GaugeRules.Mode mode;
    private final Map<String, MergedSeries> series = new LinkedHashMap<>();
    private String help = "";
    private String unit = "";

    /** @param slot whose worker has brought it */
    Total(int slot, Family first, GaugeRules rules) {
        this.slot = slot;
        name = first.name();
        kind = first.kind();
        mode = kind == Kind.INFO ? GaugeRules.Mode.MAX : rules.modeOf(name);
        describe(first);
    }

    int slot() {
        return slot;
    }

    /** What it takes without its series. */
    Room.Cost cost() {
        Family own = new Family(name, kind, help, unit, List.of());
        return new Room.Cost(0, MEMORY + Sizes.heap(own), Sizes.text(own));
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

    /** Whether that family says something that has not been said: the first worker decides, but one that says nothing does not. */
    boolean isDescribedBy(Family family) {
        return help.isEmpty() && !family.help().isEmpty()
                || unit.isEmpty() && !family.unit().isEmpty();
    }

    void describe(Family family) {
        help = help.isEmpty() ? shortened(family.help()) : help;
        unit = unit.isEmpty() ? shortened(family.unit()) : unit;
    }

    void forgetDescription() {
        help = "";
        unit = "";
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_HELP ? text.substring(0, LONGEST_HELP) : text;
    }

    Map<String, MergedSeries> series() {
        return series;
    }

    GaugeRules.Mode mode() {
        return mode;
    }

    long textOf(Row row) {
        return Sizes.text(new Family(name, kind, "", "", List.of()), row);
    }

    Family family() {
        List<Row> rows = series.values().stream().map(MergedSeries::row).toList();
        return new Family(name, kind, help, unit, rows);
    }
}
