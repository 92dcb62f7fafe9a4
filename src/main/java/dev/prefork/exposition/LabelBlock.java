package dev.prefork.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the labels of one sample after the other. Where a text is nearly canonical, as almost all are, the canonical form is
 * copied together from pieces of it; and lines that follow each other with the same labels share one String. One thread's.
 */
final class LabelBlock {
    private static final int MARKS = 4;

    private final byte[] body;

    /** Of each label where its name begins and ends, and its value, without the quotes. */
    private int[] marks = new int[16 * MARKS];

    private int count;

    /** No escape but those that are necessary, no blanks, nothing empty. */
    private boolean tidy;

    private String problem = "";

    private byte[] scratch = new byte[256];
    private byte[] before = new byte[256];
    private int lengthBefore;
    private String formBefore = "";

    LabelBlock(byte[] body) {
        this.body = body;
    }

    void clear() {
        count = 0;
        tidy = true;
    }

    /** Why the last reading failed. */
    String problem() {
        return problem;
    }

    /**
     * Reads a block to behind its closing brace.
     *
     * @param from behind the opening brace
     * @return negative, and there is a problem, if this is none
     */
    int read(int from) {
        clear();
        int at = Letters.blanks(body, from);
        while (at < body.length && body[at] != '}') {
            int end = label(at);
            if (end < 0) {
                return end;
            }
            at = Letters.blanks(body, end);
            if (at < body.length && body[at] == ',') {
                at = Letters.blanks(body, at + 1);
            } else if (at < body.length && body[at] != '}') {
                return fail("no comma between labels");
            }
        }
        return at < body.length ? at + 1 : fail("unterminated labels");
    }

    private int label(int from) {
        int nameTo = Letters.labelName(body, from);
        int equals = Letters.blanks(body, nameTo);
        if (nameTo == from || equals == body.length || body[equals] != '=') {
            return fail(nameTo < body.length && body[nameTo] == '\n' ? "unterminated labels" : "an illegal label name");
        }
        int quote = Letters.blanks(body, equals + 1);
        if (quote == body.length || body[quote] != '"') {
            return fail("an unquoted label value");
        }
        int valueTo = value(quote + 1);
        if (valueTo == body.length || body[valueTo] != '"') {
            return fail("unterminated labels");
        }
        tidy &= quote == nameTo + 1 && valueTo > quote + 1;
        mark(from, nameTo, quote + 1, valueTo);
        return valueTo + 1;
    }

    private int value(int from) {
        int at = from;
        while (at < body.length && body[at] != '"' && body[at] != '\n') {
            if (body[at] == '\\' && at + 1 < body.length && body[at + 1] != '\n') {
                at++;
                tidy &= body[at] == '\\' || body[at] == '"' || body[at] == 'n';
            }
            at++;
        }
        return at;
    }

    private void mark(int nameFrom, int nameTo, int valueFrom, int valueTo) {
        int at = count * MARKS;
        if (at == marks.length) {
            marks = Arrays.copyOf(marks, 2 * at);
        }
        marks[at] = nameFrom;
        marks[at + 1] = nameTo;
        marks[at + 2] = valueFrom;
        marks[at + 3] = valueTo;
        count++;
    }

    private int fail(String what) {
        problem = what;
        return -1;
    }

    /** Which label has this name; negative if none has. */
    int find(byte[] name) {
        // A bound is the last label of most writers.
        for (int i = count - 1; i >= 0; i--) {
            if (Arrays.equals(body, marks[i * MARKS], marks[i * MARKS + 1], name, 0, name.length)) {
                return i;
            }
        }
        return -1;
    }

    /** Reads the value of a label as a number. */
    boolean read(int label, Decimal into) {
        return into.read(body, marks[label * MARKS + 2], marks[label * MARKS + 3]);
    }

    /**
     * The canonical form of all labels but one.
     *
     * @param without which one; negative for none
     * @return null, and there is a problem, if a label is given twice
     */
    String canonical(int without) {
        if (count == 0) {
            return "";
        }
        if (!tidy || !ascends(without)) {
            return sorted(without);
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            if (i != without) {
                int from = marks[i * MARKS];
                int size = marks[i * MARKS + 3] + 1 - from;
                if (length + size >= scratch.length) {
                    scratch = Arrays.copyOf(scratch, 2 * (length + size));
                }
                if (length > 0) {
                    scratch[length++] = ',';
                }
                System.arraycopy(body, from, scratch, length, size);
                length += size;
            }
        }
        return shared(length);
    }

    private String shared(int length) {
        if (!Arrays.equals(scratch, 0, length, before, 0, lengthBefore)) {
            formBefore = new String(scratch, 0, length, StandardCharsets.UTF_8);
            byte[] free = before;
            before = scratch;
            scratch = free;
            lengthBefore = length;
        }
        return formBefore;
    }

    private boolean ascends(int without) {
        int last = -1;
        for (int i = 0; i < count; i++) {
            if (i != without) {
                if (last >= 0 && compareNames(last, i) >= 0 || without >= 0 && compareNames(without, i) == 0) {
                    return false;
                }
                last = i;
            }
        }
        return true;
    }

    private int compareNames(int one, int other) {
        int a = one * MARKS;
        int b = other * MARKS;
        return Arrays.compare(body, marks[a], marks[a + 1], body, marks[b], marks[b + 1]);
    }

    private String sorted(int without) {
        SortedMap<String, String> labels = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = new String(
                    body, marks[i * MARKS], marks[i * MARKS + 1] - marks[i * MARKS], StandardCharsets.ISO_8859_1);
            int from = marks[i * MARKS + 2];
            String value = Labels.resolved(new String(body, from, marks[i * MARKS + 3] - from, StandardCharsets.UTF_8));
            if (labels.put(name, i == without ? "" : value) != null) {
                problem = "a duplicate label";
                return null;
            }
        }
        // The one that is left out is empty by now, and empty ones are no labels.
        return Labels.canonical(labels);
    }
}
