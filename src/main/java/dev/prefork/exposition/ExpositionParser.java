package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads the text formats 0.0.4 and OpenMetrics 1.0, which are told apart by what is written and not by what is announced: a
 * counter {@code foo} with a sample {@code foo_total} becomes the family {@code foo_total} either way. What cannot be read
 * is left out and told as a problem; nothing is thrown.
 *
 * <p>Of several samples of one series the one with the newest timestamp is kept. Left out without a word are exemplars, quantiles, {@code _created}, also as the gauge which Python makes of it
 * in 0.0.4, and families without samples. A sum that is missing is NaN. A stateset is read as a gauge.
 */
public final class ExpositionParser {
    private static final byte[] LE = {'l', 'e'};
    private static final byte[] QUANTILE = {'q', 'u', 'a', 'n', 't', 'i', 'l', 'e'};
    private static final int LONGEST_KEYWORD = 20;

    private final byte[] body;
    private final int mostRows;
    private final Problems problems = new Problems();
    private final FamilyBuilders drafts = new FamilyBuilders(problems);
    private final LabelBlock labels;
    private final Decimal decimal = new Decimal();
    private int line;

    /** Of the line that is being read; {@link Series#NO_STAMP} if it has none. */
    private double stamp;

    private int rows;
    private int beyond;

    private ExpositionParser(byte[] body, int mostRows) {
        this.body = body;
        this.mostRows = mostRows;
        labels = new LabelBlock(body);
    }

    /** @param mostRows how many series are read; the samples of those beyond are only counted */
    public static Parsed parse(byte[] body, int mostRows) {
        ExpositionParser parser = new ExpositionParser(body, mostRows);
        parser.lines();
        if (parser.beyond > 0) {
            parser.problems.first(
                    parser.beyond + " samples beyond the first " + Math.max(0, mostRows) + " series were left out");
        }
        Exposition exposition = parser.drafts.exposition();
        return new Parsed(exposition, parser.problems.told(), parser.problems.counts());
    }

    private void lines() {
        int at = 0;
        while (at < body.length) {
            line++;
            int start = Letters.blanks(body, at);
            if (start == body.length || body[start] == '\n') {
                at = start + 1;
            } else if (body[start] == '#') {
                at = comment(start) + 1;
            } else {
                at = sample(start) + 1;
            }
        }
    }

    /** Every comment that is not HELP, TYPE or UNIT is one for humans, and EOF says nothing that the end does not. */
    private int comment(int start) {
        int end = Letters.line(body, start);
        int keywordFrom = Letters.blanks(body, start + 1);
        int keywordTo = Letters.word(body, keywordFrom);
        String keyword = text(keywordFrom, Math.min(keywordTo, keywordFrom + LONGEST_KEYWORD));
        if (keyword.equals("HELP") || keyword.equals("TYPE") || keyword.equals("UNIT")) {
            int nameFrom = Letters.blanks(body, keywordTo);
            int nameTo = Letters.metricName(body, nameFrom);
            if (nameTo == nameFrom || nameTo != Letters.word(body, nameFrom)) {
                problem("an illegal name", start);
                drafts.endBlock();
                return end;
            }
            int textFrom = Letters.blanks(body, nameTo);
            int textTo = end;
            while (textTo > textFrom && body[textTo - 1] == '\r') {
                textTo--;
            }
            describe(keyword, text(nameFrom, nameTo), text(textFrom, textTo), start);
        }
        return end;
    }

    private void describe(String keyword, String name, String text, int start) {
        switch (keyword) {
            case "HELP" -> drafts.described(name).help(Labels.resolved(text));
            case "UNIT" -> drafts.described(name).unit(text.strip());
            default -> declare(name, text, start);
        }
    }

    private void declare(String name, String text, int start) {
        String type = text.length() > LONGEST_KEYWORD ? "" : text.strip().toLowerCase(Locale.ROOT);
        if (type.equals("gaugehistogram")) {
            problems.add(Flaw.UNSUPPORTED, line, "a type that cannot be merged, left out", body, start);
            drafts.refuse(name, Kind.HISTOGRAM);
            return;
        }
        Kind kind =
                switch (type) {
                    case "counter" -> Kind.COUNTER;
                    case "gauge", "stateset" -> Kind.GAUGE;
                    case "histogram" -> Kind.HISTOGRAM;
                    case "summary" -> Kind.SUMMARY;
                    case "info" -> Kind.INFO;
                    case "untyped", "unknown" -> Kind.UNKNOWN;
                    default -> {
                        problem("an unknown type", start);
                        yield Kind.UNKNOWN;
                    }
                };
        if (!drafts.declare(name, kind)) {
            problem("a second type for one name, left out", start);
        }
    }

    /** Reads a line up to its line feed, if it has one. */
    private int sample(int start) {
        int nameTo = Letters.metricName(body, start);
        int at = Letters.blanks(body, nameTo);
        labels.clear();
        if (nameTo == start) {
            return drop(body[start] == '{' ? "a name in quotes" : "an illegal name", start);
        }
        if (at < body.length && body[at] == '{') {
            at = labels.read(at + 1);
            if (at < 0) {
                return drop(labels.problem(), start);
            }
            at = Letters.blanks(body, at);
        } else if (at == nameTo && at < body.length && body[at] != '\n') {
            return drop("an illegal name", start);
        }
        int valueTo = Letters.word(body, at);
        if (!decimal.read(body, at, valueTo)) {
            return drop("a value that is not a number", start);
        }
        double value = decimal.value();
        stamp = Series.NO_STAMP;
        at = Letters.blanks(body, valueTo);
        if (at < body.length && body[at] != '\n' && body[at] != '#') {
            int stampTo = Letters.word(body, at);
            if (!decimal.read(body, at, stampTo)) {
                return drop("a timestamp that is not a number", start);
            }
            stamp = decimal.value();
            at = Letters.blanks(body, stampTo);
        }
        if (at < body.length && body[at] != '\n' && body[at] != '#') {
            return drop("trailing characters after the timestamp", start);
        }
        String problem = take(start, nameTo, value);
        if (!problem.isEmpty()) {
            problem(problem, start);
        }
        return Letters.line(body, at);
    }

    /** Gives a sample to its series. Returns why it cannot; empty if it can. */
    private String take(int from, int to, double value) {
        FamilyBuilder draft = drafts.owner(body, from, to);
        if (draft == null) {
            if (isFull()) {
                return "";
            }
            draft = drafts.begin(body, from, to);
        }
        Role role = draft.role(body, from, to);
        return switch (role) {
            case NONE -> "not a sample of this type";
            case DROPPED -> "";
            case QUANTILE -> labels.find(QUANTILE) < 0 ? "a quantile without its label" : "";
            case VALUE -> add(draft, role, -1, 0, value, to - from);
            case COUNT, SUM -> {
                // With a bucket's own label in its row there would be two of them in a line.
                boolean odd = draft.kind() == Kind.HISTOGRAM && labels.find(LE) >= 0;
                yield odd ? "a bound that only a bucket has" : add(draft, role, -1, 0, value, to - from);
            }
            case BUCKET -> {
                int le = labels.find(LE);
                boolean bounded = le >= 0 && labels.read(le, decimal) && decimal.value() > Double.NEGATIVE_INFINITY;
                yield bounded ? add(draft, role, le, decimal.value(), value, to - from) : "a bucket without a bound";
            }
        };
    }

    private String add(FamilyBuilder draft, Role role, int le, double bound, double value, int nameLength) {
        String form = labels.canonical(le);
        if (form == null) {
            return labels.problem();
        }
        Series series = draft.find(form);
        if (series == null) {
            if (isFull()) {
                return "";
            }
            rows++;
            series = draft.begin(form, nameLength);
        }
        return series.add(role, bound, value, stamp) ? "" : "a duplicate series, the first is kept";
    }

    /** Counts what finds no room. */
    private boolean isFull() {
        if (rows < mostRows) {
            return false;
        }
        beyond++;
        return true;
    }

    private int drop(String what, int start) {
        problem(what, start);
        return Letters.line(body, start);
    }

    private void problem(String what, int start) {
        problems.add(Flaw.GARBAGE, line, what, body, start);
    }

    private String text(int from, int to) {
        return new String(body, from, to - from, StandardCharsets.UTF_8);
    }
}
