package dev.prefork.cli;

/** Text for a terminal: headings, and below them lines of at most {@link #WIDTH} columns. Not thread-safe. */
final class Page {
    static final int WIDTH = 100;
    private static final String INDENT = "  ";
    private static final int LABEL = 15;

    private final StringBuilder text = new StringBuilder();

    Page heading(String heading) {
        text.append(text.length() == 0 ? "" : "\n").append(heading).append('\n');
        return this;
    }

    Page verbatim(String lines) {
        text.append(lines);
        return this;
    }

    /** A sentence that may take several lines. */
    Page sentence(String sentence) {
        return wrapped(INDENT, INDENT + INDENT, sentence);
    }

    /** One of several things to think about. */
    Page item(String sentence) {
        return wrapped(INDENT + "- ", INDENT + INDENT, sentence);
    }

    /** A label, and beside it what may take several lines. */
    Page row(String label, String what) {
        String before = INDENT + String.format("%-" + LABEL + "s ", label);
        return wrapped(before, " ".repeat(before.length()), what);
    }

    /** Breaks between words; a word that is longer than a line, such as a path, stays whole. */
    private Page wrapped(String first, String others, String what) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : plain(what).split(" ")) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(others);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        text.append(line).append('\n');
        return this;
    }

    /** A value may have line breaks, which look like other messages in a pod's log, or what moves a terminal's cursor. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
