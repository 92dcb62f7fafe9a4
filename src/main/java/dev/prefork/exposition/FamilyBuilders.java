package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All families while they are being gathered, in the order of their first lines. */
final class FamilyBuilders {
    private static final Set<Suffix> OF_SAMPLES = EnumSet.range(Suffix.TOTAL, Suffix.GSUM);

    /** More families than any application has. */
    private static final int MOST = 20_000;

    private final Map<String, FamilyBuilder> byBase = new LinkedHashMap<>();
    private final Problems problems;

    /** Which the last line was about. Null at the beginning, and behind a line that cannot be used. */
    private FamilyBuilder current;

    FamilyBuilders(Problems problems) {
        this.problems = problems;
    }

    /** The one that a line of HELP or UNIT is about; also a refused one, while its block lasts. */
    FamilyBuilder described(String base) {
        if (current == null || !current.base().equals(base)) {
            current = draft(base);
        }
        return current;
    }

    /** Beyond the limit one that is forgotten with its block: lines of comment are short, and their families are not. */
    private FamilyBuilder draft(String base) {
        FamilyBuilder known = byBase.get(base);
        if (known != null) {
            return known;
        }
        FamilyBuilder made = new FamilyBuilder(base);
        if (byBase.size() < MOST) {
            byBase.put(base, made);
        }
        return made;
    }

    void endBlock() {
        current = null;
    }

    /**
     * A family is declared.
     *
     * @return false if it was declared before as something else: what follows now is thrown away
     */
    boolean declare(String base, Kind kind) {
        FamilyBuilder draft = draft(base);
        if (draft.isOpen()) {
            draft.type(kind);
        }
        boolean same = draft.kind() == kind && !draft.isRefused();
        current = same ? draft : new FamilyBuilder(base).refuse(kind);
        return same;
    }

    /** A family is declared of which there is no use. */
    void refuse(String base, Kind like) {
        current = new FamilyBuilder(base).refuse(like);
        if (byBase.size() < MOST) {
            byBase.putIfAbsent(base, current);
        }
    }

    /**
     * Whose sample this is. The block in which it stands has the first claim, so that a gauge {@code x_count} can stand beside
     * a histogram {@code x}.
     *
     * @return null if it belongs to none; one to which the sample is nothing if that has the very name
     */
    FamilyBuilder owner(byte[] body, int from, int to) {
        if (current != null && current.role(body, from, to) != Role.NONE) {
            return current;
        }
        String name = new String(body, from, to - from, StandardCharsets.ISO_8859_1);
        FamilyBuilder exact = byBase.get(name);
        if (exact == null) {
            exact = byStem(name, body, from, to);
        }
        if (exact != null) {
            current = exact;
        }
        return exact;
    }

    /** An unknown family, for the samples of this name. */
    FamilyBuilder begin(byte[] body, int from, int to) {
        return described(new String(body, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private FamilyBuilder byStem(String name, byte[] body, int from, int to) {
        for (Suffix suffix : OF_SAMPLES) {
            if (name.endsWith(suffix.text())) {
                FamilyBuilder draft = byBase.get(
                        name.substring(0, name.length() - suffix.text().length()));
                return draft == null || draft.role(body, from, to) == Role.NONE ? null : draft;
            }
        }
        return null;
    }

    /** All that can be used. To be called once. */
    Exposition exposition() {
        List<Family> families = new ArrayList<>();
        List<Series> kept = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (FamilyBuilder draft : byBase.values()) {
            if (draft.isRefused() || draft.rows().isEmpty() || isCreated(draft)) {
                continue;
            }
            if (!names.add(draft.name())) {
                problems.add(Flaw.GARBAGE, draft.name(), "is a duplicate, left out");
                continue;
            }
            List<Row> rows = rows(draft, kept);
            if (!rows.isEmpty()) {
                families.add(draft.family(rows));
            }
        }
        Shape shape = new Shape(families);
        double[] values = new double[shape.width()];
        int at = 0;
        for (Series series : kept) {
            at = series.put(values, at);
        }
        return new Exposition(shape, values);
    }

    private List<Row> rows(FamilyBuilder draft, List<Series> kept) {
        List<Row> rows = new ArrayList<>(draft.rows().size());
        for (Series series : draft.rows()) {
            String flaw = series.flaw();
            if (flaw.isEmpty()) {
                rows.add(series.row());
                kept.add(series);
            } else {
                problems.add(series.kindOfFlaw(), described(draft, series), flaw + ", left out");
            }
            if (series.repeats()) {
                problems.add(Flaw.GARBAGE, described(draft, series), "has a duplicate bucket, the first is kept");
            }
        }
        return rows;
    }

    private static String described(FamilyBuilder draft, Series series) {
        return draft.name() + '{' + Problems.shortened(series.labels()) + '}';
    }

    /** Python has no other way to tell the age of a counter in the format 0.0.4 than a gauge of that name. */
    private boolean isCreated(FamilyBuilder draft) {
        String created = Suffix.CREATED.text();
        if (draft.kind().accumulates() || !draft.base().endsWith(created)) {
            return false;
        }
        String stem = draft.base().substring(0, draft.base().length() - created.length());
        return accumulates(stem) || accumulates(stem + Suffix.TOTAL.text());
    }

    private boolean accumulates(String base) {
        FamilyBuilder draft = byBase.get(base);
        return draft != null && draft.kind().accumulates();
    }
}
