package dev.prefork.metrics.merge;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Labels;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Of characters. Honest values are names, paths and at most a statement; what is longer is data. */
    private static final int LONGEST_VALUE = 2048;

    /** Of all labels of a series together. */
    private static final int LONGEST_LABELS = 8192;

    private static final int LONGEST_NAME = 512;

    /** How workers' series are told apart. */
    public enum Grouping {
        /** Not at all: they are added up. */
        MERGED,
        /** By a label {@code worker}, the number of the slot, in which one worker follows the other. */
        PER_WORKER
    }

    private final GaugeRules rules;
    private final Grouping grouping;
    private final Limits limits;
    private final Rejects rejects;
    private final Room room;
    private final SortedMap<String, Total> totals = new TreeMap<>();
    private final Map<Integer, Contribution> living = new HashMap<>();
    private final Set<Rejects.Reason> full = EnumSet.noneOf(Rejects.Reason.class);
    private int slots = 1;
    private boolean unfinished;

    /** Changes whenever there is room again, a name is free, or a series is there that was not. */
    private long changes;

    /**
     * @param limits what is beyond them is left out, so that a label with ever new values cannot fill the memory; series that are
     *     there go on
     */
    public Merger(GaugeRules rules, Grouping grouping, Limits limits, Rejects rejects) {
        this.rules = rules;
        this.grouping = grouping;
        this.limits = limits;
        this.rejects = rejects;
        this.room = new Room(limits);
    }

    public Limits limits() {
        return limits;
    }

    /** So many workers are to share the limits from now on. */
    synchronized void divideAmong(int workers) {
        if (workers > slots) {
            slots = workers;
            room.divide(workers);
        }
    }

    /** What each worker may always have of something that all share. */
    public synchronized long share(long total) {
        return total / slots;
    }

    /** The memory that the series may take which one worker shows, and once more what is known of each. */
    public synchronized long shownByOne() {
        return limits.shown(slots) / 2;
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
     * @param now which takes no more memory than {@link #shownByOne} allows
     */
    public synchronized void observe(int slot, int source, long at, Exposition now) {
        resume();
        divideAmong(slot + 1);
        Contribution worker = living.computeIfAbsent(source, ignored -> new Contribution(slot));
        if (worker.isOutdated(now.shape(), changes)) {
            worker.resolve(now.shape(), shownByOne(), (family, row, make) -> series(worker.slot(), family, row, make));
            leftOut(slot, worker.beyondMemory());
            // As of now, or the series that this very worker has added would be a reason to look again.
            worker.resolvedAt(changes);
        }
        worker.take(now.values(), (reason, family) -> reject(worker.slot(), reason, family), at);
        unfinished = false;
    }

    /** What the last call has left undone because it failed, for lack of memory above all, spoils none after it. */
    private void resume() {
        if (unfinished) {
            room.clear();
            totals.values().forEach(total -> {
                room.charge(total.slot(), total.cost());
                total.series().values().forEach(series -> {
                    room.charge(series.slot(), series.cost());
                    series.alone();
                });
            });
            living.values().forEach(Contribution::join);
            forgetTheForgotten();
            changes++;
        }
        unfinished = true;
    }

    /** A worker has shown more series than it has memory for. */
    public void leftOut(int slot, int series) {
        if (series > 0) {
            rejects.count(Rejects.Reason.BYTES, series);
            rejects.say(
                    "worker " + slot + " has more metrics than one worker has memory for in the master: its last series"
                            + " are left out");
        }
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
        resume();
        Contribution worker = living.get(source);
        if (worker != null) {
            worker.retire();
            living.remove(source);
            forgetTheForgotten();
        }
        unfinished = false;
    }

    /** All workers' together, by name. */
    public synchronized Exposition merged() {
        resume();
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
        unfinished = false;
        return new Exposition(shape, values);
    }

    /** Gauges of the dead: no worker is behind them any more. */
    private void forgetTheForgotten() {
        totals.values().removeIf(total -> {
            total.series().values().removeIf(series -> !series.isAlive() && forget(series.slot(), series.cost()));
            return total.series().isEmpty() && forget(total.slot(), total.cost());
        });
    }

    private boolean forget(int slot, Room.Cost cost) {
        room.give(slot, cost);
        changes++;
        return true;
    }

    /** Null for what is to be left out. */
    private MergedSeries series(int slot, Family family, Row row, boolean make) {
        if (family.name().startsWith(RESERVED)) {
            rejects.count(
                    Rejects.Reason.RESERVED,
                    "workers' metrics named " + RESERVED
                            + "* are left out, because these names are reserved for the master: rename "
                            + family.name());
            return null;
        }
        Total total = totals.get(family.name());
        if (total != null && total.kind() != family.kind()) {
            rejects.count(
                    Rejects.Reason.TYPE,
                    "worker " + slot + "'s metric " + family.name() + " is left out: its type is " + name(family.kind())
                            + " where another worker's is " + name(total.kind()));
            return null;
        }
        if (isTooLong(family.name(), row.labels())) {
            rejects.count(
                    Rejects.Reason.LABEL,
                    "series of workers' metrics are left out that have a label of more than " + LONGEST_VALUE
                            + " characters, labels of more than " + LONGEST_LABELS + ", or a name of more than "
                            + LONGEST_NAME);
            return null;
        }
        if (total != null) {
            describe(total, family);
        }
        String labels = grouping == Grouping.PER_WORKER ? withWorker(row.labels(), slot) : row.labels();
        MergedSeries known = total == null ? null : total.series().get(labels);
        return known != null || !make ? known : begin(slot, total, family, row.labelled(labels));
    }

    /** A series that is not there yet, if there is room for it. */
    private MergedSeries begin(int slot, Total known, Family family, Row row) {
        Total total = known == null ? new Total(slot, family, rules) : known;
        MergedSeries series = new MergedSeries(total, slot, row, family.width(row));
        Optional<Rejects.Reason> refused =
                room.take(slot, known == null ? series.cost().and(total.cost()) : series.cost());
        if (refused.isPresent()) {
            refuse(refused.get(), family);
            return null;
        }
        totals.putIfAbsent(total.name(), total);
        total.series().put(row.labels(), series);
        changes++;
        return series;
    }

    /** Said once for each reason: which families come too late is an accident. */
    private void refuse(Rejects.Reason reason, Family family) {
        rejects.count(reason, 1);
        if (full.add(reason)) {
            rejects.say("new series of workers' metrics are left out, because "
                    + (reason == Rejects.Reason.LIMIT
                            ? "there are " + limits.series() + " already"
                            : "those that are there fill the memory for them")
                    + ", or a worker has its share of them: look for a label with unbounded values, perhaps of "
                    + family.name());
        }
    }

    /** Where there is room for the words, too. */
    private void describe(Total total, Family family) {
        if (total.isDescribedBy(family)) {
            Room.Cost before = total.cost();
            total.describe(family);
            room.give(total.slot(), before);
            if (room.take(total.slot(), total.cost()).isPresent()) {
                total.forgetDescription();
                room.charge(total.slot(), total.cost());
            }
        }
    }

    private static boolean isTooLong(String name, String labels) {
        return name.length() > LONGEST_NAME
                || labels.length() > LONGEST_LABELS
                || labels.length() > LONGEST_VALUE
                        && Labels.parse(labels).values().stream().anyMatch(value -> value.length() > LONGEST_VALUE);
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
