package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is wrong with a text, in a few short lines however much it is. */
final class Problems {
    private static final int MOST = 20;
    private static final int EXCERPT = 60;

    private final List<String> lines = new ArrayList<>();
    private final Map<Flaw, Integer> counts = new EnumMap<>(Flaw.class);
    private int rest;

    /** Something about a line of the body, of which the beginning is shown. */
    void add(Flaw flaw, int line, String what, byte[] body, int from) {
        if (isFull(flaw)) {
            return;
        }
        int to = from;
        while (to < body.length && to - from < EXCERPT && body[to] != '\n') {
            to++;
        }
        String excerpt = new String(body, from, to - from, StandardCharsets.UTF_8);
        lines.add(visible("line " + line + ": " + what + ": " + excerpt));
    }

    /** Something about a family, or a series of one, that was read to its end. */
    void add(Flaw flaw, String whose, String what) {
        if (!isFull(flaw)) {
            lines.add(visible(shortened(whose) + ": " + what));
        }
    }

    /** One that must not be among those that are only counted. */
    void first(String text) {
        counts.merge(Flaw.GARBAGE, 1, Integer::sum);
        lines.add(0, visible(text));
    }

    Map<Flaw, Integer> counts() {
        return counts;
    }

    private boolean isFull(Flaw flaw) {
        counts.merge(flaw, 1, Integer::sum);
        if (lines.size() < MOST) {
            return false;
        }
        rest++;
        return true;
    }

    List<String> told() {
        List<String> told = new ArrayList<>(lines);
        if (rest > 0) {
            told.add("and " + rest + " more");
        }
        return told;
    }

    static String shortened(String text) {
        return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…";
    }

    /** For logs, where a foreign line feed or escape sequence has no business. */
    private static String visible(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }
}
