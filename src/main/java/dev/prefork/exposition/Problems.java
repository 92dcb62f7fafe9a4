package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a text, in a few short lines however much it is. */
final class Problems {
    private static final int MOST = 20;
    private static final int EXCERPT = 60;

    private final List<String> lines = new ArrayList<>();
    private int rest;

    /** Something about a line of the body, of which the beginning is shown. */
    void add(int line, String what, byte[] body, int from) {
        if (isFull()) {
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
    void add(String whose, String what) {
        if (!isFull()) {
            lines.add(visible(shortened(whose) + ": " + what));
        }
    }

    /** One that must not be among those that are only counted. */
    void first(String text) {
        lines.add(0, visible(text));
    }

    private boolean isFull() {
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
