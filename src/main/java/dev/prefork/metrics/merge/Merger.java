package dev.prefork.metrics.merge;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Labels;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes one exposition out of those of many workers: counters, histograms, and the counts and sums of summaries add up over
 * the living and the dead and never run backwards; gauges are put together by rules; facts are said once.
 *
 * <p>Threading: any thread; one at a time.
 */
public final class Merger {
    /** Names that only the master gives. */
    private static final String RESERVED = "prefork_";

    private static final String WORKER = "worker";

    /** How workers' series are told apart. */
    public enum Grouping {
        /** Not at all: they are added up. */
        MERGED,
        /** By a label {@code worker}, the number of the slot, in which one worker follows the other. */
        PER_WORKER
    }

    private final GaugeRules rules;
    private final Grouping grouping;
    private final int mostSeries;
    private final Rejects rejects;
    private final SortedMap<String, Total> totals = new TreeMap<>();
    private final Map<Integer, Contribution> living = new HashMap<>();
    private int count;

    /** Changes whenever there is room again, or a name is free. */
    private long freed;

    /** @param mostSeries further ones are left out, so that a label with ever new values cannot fill the memory */
    public Merger(GaugeRules rules, Grouping grouping, int mostSeries, Rejects rejects) {
        this.rules = rules;
        this.grouping = grouping;
        this.mostSeries = mostSeries;
        this.rejects = rejects;
    }

    Rejects rejects() {
        return rejects;
    }

    /** The same, as of this moment. */
    void observe(int slot, int source, Exposition now) {
        observe(slot, source, System.nanoTime(), now);
    }

    /**
     * What a worker exposes now. What it does not expose any more still counts, if it only grows.
     *
     * @param source tells it, and this way of its metrics, from all others that live
     * @param at when it said so, on the system's monotonic clock
     */
    public synchronized void observe(int slot, int source, long at, Exposition now) {
        Contribution worker = living.computeIfAbsent(source, ignored -> new Contribution(slot));
        worker.take(
                now,
                (family, row) -> series(worker.slot(), family, row),
                (reason, family) -> reject(worker.slot(), reason, family),
                at,
                freed);
    }

    private void reject(int slot, Rejects.Reason reason, Family family) {
        rejects.count(
                reason,
                "worker " + slot + "'s metric " + family.name() + " is left out and its last value still counts: a "
                        + name(family.kind()) + " cannot be "
                        + (reason == Rejects.Reason.NAN ? "NaN or infinite" : "negative"));
    }

    /** The worker is gone for good. */
    public synchronized void retire(int source) {
        Contribution worker = living.remove(source);
        if (worker != null) {
            worker.retire();
            forgetTheForgotten();
        }
    }

    /** All workers' together, by name. */
    public synchronized Exposition merged() {
        forgetTheForgotten();
        totals.values().forEach(total -> total.series().values().forEach(MergedSeries::begin));
        living.values().stream()
                .sorted(Comparator.comparingLong(Contribution::heard))
                .forEach(Contribution::addTo);
        Shape shape = new Shape(totals.values().stream().map(Total::family).toList());
        double[] values = new double[shape.width()];
        int at = 0;
        for (Total total : totals.values()) {
            for (MergedSeries series : total.series().values()) {
                series.finish(values, at);
                at += series.width();
            }
        }
        return new Exposition(shape, values);
    }

    /** Gauges of the dead: no worker is behind them any more. */
    private void forgetTheForgotten() {
        totals.values().removeIf(total -> {
            total.series().values().removeIf(series -> !series.isAlive());
            return total.series().isEmpty();
        });
        int left = totals.values().stream()
                .mapToInt(total -> total.series().size())
                .sum();
        freed += count - left;
        count = left;
    }

    /** Null for what is to be left out. */
    private MergedSeries series(int slot, Family family, Row row) {
        if (family.name().startsWith(RESERVED)) {
            rejects.count(
                    Rejects.Reason.RESERVED,
                    "workers' metrics named " + RESERVED
                            + "* are left out, because these names are reserved for the master: rename "
                            + family.name());
            return null;
        }
        Total total = totals.get(family.name());
        if (total == null) {
            total = new Total(family, rules);
        } else if (total.kind() != family.kind()) {
            rejects.count(
                    Rejects.Reason.TYPE,
                    "worker " + slot + "'s metric " + family.name() + " is left out: its type is " + name(family.kind())
                            + " where another worker's is " + name(total.kind()));
            return null;
        }
        String labels = grouping == Grouping.PER_WORKER ? withWorker(row.labels(), slot) : row.labels();
        MergedSeries known = total.series().get(labels);
        if (known != null) {
            total.describe(family);
            return known;
        }
        if (count >= mostSeries) {
            rejects.count(
                    Rejects.Reason.LIMIT,
                    "new series of workers' metrics are left out, because there are " + mostSeries
                            + " already: look for a" + " label with unbounded values, perhaps of " + family.name());
            return null;
        }
        count++;
        totals.putIfAbsent(total.name(), total);
        total.describe(family);
        return total.add(labels, row, family.width(row));
    }

    private static String name(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** A label of the application's own by that name gets another, as Prometheus does with labels of a target. */
    private static String withWorker(String labels, int slot) {
        SortedMap<String, String> all = Labels.parse(labels);
        String name = WORKER;
        String moved = all.put(name, Integer.toString(slot));
        while (moved != null) {
            name = "exported_" + name;
            moved = all.put(name, moved);
        }
        return Labels.canonical(all);
    }
}
