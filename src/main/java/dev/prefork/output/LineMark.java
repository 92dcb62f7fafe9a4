package dev.prefork.output;

import dev.prefork.log.Entry;
import dev.prefork.log.EntryJson;
import dev.prefork.log.EventName;
import dev.prefork.log.JsonLine;
import dev.prefork.log.Key;
import dev.prefork.log.Level;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WorkerLines;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * How a line of one worker is written on: as text after its name, {@code worker 2 (pid 4711) | line}, with a plus behind the bar if more
 * of the line is to come; in JSON with the fields {@code slot}, {@code pid} and {@code stream}, or as an object of ours if it is not one. Immutable.
 */
final class LineMark {
    private static final byte[] BAR = " | ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BAR_OF_PART = " |+ ".getBytes(StandardCharsets.US_ASCII);

    private static final int LONGEST_EXCERPT = 200;

    private final Entry.Worker worker;
    private final WorkerLines.Stream stream;
    private final byte[] name;

    LineMark(Entry.Worker worker, WorkerLines.Stream stream) {
        this.worker = worker;
        this.stream = stream;
        this.name = worker.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether this is all there is of a line, or its end. */
    enum Piece {
        LAST,
        PARTIAL
    }

    /** Writes the line, which has no line feed, and one behind it. */
    void write(byte[] line, Piece piece, LogFormat format, ByteArrayOutputStream to) {
        if (format == LogFormat.JSON) {
            to.writeBytes(json(line, piece));
        } else {
            to.writeBytes(name);
            to.writeBytes(piece == Piece.LAST ? BAR : BAR_OF_PART);
            to.writeBytes(line);
        }
        to.write('\n');
    }

    private byte[] json(byte[] line, Piece piece) {
        JsonObjectEnd.Found object = piece == Piece.LAST && line.length > 1 ? JsonObjectEnd.in(line) : null;
        return object == null ? wrapped(line, piece) : marked(line, object);
    }

    private byte[] wrapped(byte[] line, Piece piece) {
        boolean returns = line.length > 0 && line[line.length - 1] == '\r';
        // What is not UTF-8 is replaced.
        String message = new String(line, 0, line.length - (returns ? 1 : 0), StandardCharsets.UTF_8);
        JsonLine json = EntryJson.begin(Instant.now(), Level.INFO.name(), EventName.WORKER_OUTPUT);
        EntryJson.about(json, worker);
        json.with(Key.STREAM.text(), stream);
        if (piece == Piece.PARTIAL) {
            json.with(Key.PARTIAL.text(), true);
        }
        return json.with("message", message).toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Nothing else is changed, and a field that is there is kept. The stream is always there then, which no line of the master's own has:
     * what a worker writes may look like one of those in all other fields.
     */
    private byte[] marked(byte[] line, JsonObjectEnd.Found object) {
        StringBuilder fields = new StringBuilder();
        add(fields, object, "slot", String.valueOf(worker.slot().orElseThrow()));
        add(fields, object, "pid", String.valueOf(worker.pid().orElseThrow()));
        add(fields, object, Key.STREAM.text(), "\"" + stream + "\"");
        ByteArrayOutputStream whole = new ByteArrayOutputStream(line.length + fields.length());
        whole.write(line, 0, object.end());
        whole.writeBytes(fields.toString().getBytes(StandardCharsets.US_ASCII));
        whole.write('}');
        return valid(whole.toByteArray());
    }

    private static void add(StringBuilder fields, JsonObjectEnd.Found object, String key, String value) {
        if (!object.keys().contains(key)) {
            String comma = object.keys().isEmpty() && fields.isEmpty() ? "" : ",";
            fields.append(comma).append('"').append(key).append("\":").append(value);
        }
    }

    private static byte[] valid(byte[] line) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            return line;
        } catch (CharacterCodingException e) {
            return new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        }
    }

    static boolean isBlank(byte[] line) {
        for (byte octet : line) {
            if (octet < 0 || octet > ' ') {
                return false;
            }
        }
        return true;
    }

    /** The line for people, to be named as a reason: short, and without what a terminal would act on. */
    static String excerpt(byte[] line) {
        byte[] begin = line.length > LONGEST_EXCERPT ? Arrays.copyOf(line, LONGEST_EXCERPT) : line;
        return new String(begin, StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", " ")
                .strip();
    }
}
