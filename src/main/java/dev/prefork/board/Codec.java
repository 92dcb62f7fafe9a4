package dev.prefork.board;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Family;
import dev.prefork.exposition.Kind;
import dev.prefork.exposition.Labels;
import dev.prefork.exposition.Row;
import dev.prefork.exposition.Shape;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** An exposition in bytes: its shape, which seldom changes, and its numbers, which do. Pure. */
final class Codec {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    /** A few bytes can stand for an object; so many are let in, and no more. */
    private static final int MOST_FAMILIES = 5_000;

    static final int MOST_ROWS = 20_000;
    private static final int MOST_BOUNDS = 1_000;

    private Codec() {}

    static byte[] encode(Shape shape) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(shape.families().size());
            for (Family family : shape.families()) {
                text(out, family.name());
                out.writeByte(family.kind().ordinal());
                text(out, family.help());
                text(out, family.unit());
                out.writeInt(family.rows().size());
                for (Row row : family.rows()) {
                    text(out, row.labels());
                    out.writeInt(row.bounds());
                    for (int i = 0; i < row.bounds(); i++) {
                        out.writeDouble(row.bound(i));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** An IllegalArgumentException, or one about buffers, tells of bytes that are no shape. */
    static Shape decode(ByteBuffer bytes) {
        List<Family> families = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int rows = 0;
        for (int left = atMost(MOST_FAMILIES, count(bytes, 1)); left > 0; left--) {
            String name = text(bytes);
            if (!NAME.matcher(name).matches() || !names.add(name)) {
                throw new IllegalArgumentException("an invalid or duplicate name");
            }
            Kind kind = kind(bytes.get());
            String help = text(bytes);
            String unit = text(bytes);
            Family family = new Family(name, kind, help, unit, rows(kind, bytes));
            rows = atMost(MOST_ROWS, rows + family.rows().size());
            families.add(family);
        }
        return new Shape(families);
    }

    /** The writer takes them for legal: one bad line would spoil the answer for all workers. */
    private static List<Row> rows(Kind kind, ByteBuffer bytes) {
        List<Row> rows = new ArrayList<>();
        Set<String> all = new HashSet<>();
        for (int left = atMost(MOST_ROWS, count(bytes, 1)); left > 0; left--) {
            String labels = text(bytes);
            if (!Labels.isCanonical(labels) || isTaken(kind, labels) || !all.add(labels)) {
                throw new IllegalArgumentException("invalid or duplicate labels");
            }
            double[] bounds = new double[atMost(MOST_BOUNDS, count(bytes, Double.BYTES))];
            for (int i = 0; i < bounds.length; i++) {
                bounds[i] = bytes.getDouble();
            }
            rows.add(Row.withBounds(labels, bounds));
        }
        return rows;
    }

    /** These labels the kind has itself. */
    private static boolean isTaken(Kind kind, String labels) {
        return switch (kind) {
            case HISTOGRAM -> Labels.parse(labels).containsKey("le");
            case SUMMARY -> Labels.parse(labels).containsKey("quantile");
            case COUNTER, GAUGE, INFO, UNKNOWN -> false;
        };
    }

    /** @param numbers may be more than those of the shape, of which the end may have been left out */
    static Exposition decode(Shape shape, ByteBuffer numbers) {
        double[] values = new double[shape.width()];
        numbers.asDoubleBuffer().get(values);
        return new Exposition(shape, values);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[count(bytes, 1)];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Of things that take so many bytes at least: a count that claims more than there are is wrong, and no memory is allocated for it. */
    private static int count(ByteBuffer bytes, int size) {
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / size) {
            throw new IllegalArgumentException("a count of " + count + " before " + bytes.remaining() + " bytes");
        }
        return count;
    }

    private static int atMost(int most, int count) {
        if (count > most) {
            throw new IllegalArgumentException("more than " + most + " of a kind");
        }
        return count;
    }

    private static Kind kind(byte ordinal) {
        Kind[] kinds = Kind.values();
        if (ordinal < 0 || ordinal >= kinds.length) {
            throw new IllegalArgumentException("unknown kind " + ordinal);
        }
        return kinds[ordinal];
    }
}
