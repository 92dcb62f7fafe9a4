package dev.prefork.board;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Where on the board a text lies, and the proof that it is whole. There are two of these at the beginning of the board, used
 * in turn, so that one of them holds while the other is written, or has been left half written by a worker that was killed.
 *
 * @param turn counts the texts from 1 on
 * @param nanos when it was written, on the system's monotonic clock, which all processes share; see clock_gettime(2)
 * @param shapeLength how many of its bytes are the shape; the rest are the numbers
 * @param shapeSum tells one shape from another
 */
record Entry(long turn, long nanos, int offset, int length, int shapeLength, int shapeSum) {
    /** Two of them, and the room that they take at the beginning. */
    static final int COUNT = 2;

    static final int SIZE = 64;
    static final int FIRST_TEXT = COUNT * SIZE;

    /** Beyond that nothing is read: a board is for some ten thousand series. */
    static final int LONGEST = 4 << 20;

    private static final int FIELDS = 2 * Long.BYTES + 4 * Integer.BYTES;

    /** Where this one is written. */
    long place() {
        return turn % COUNT * SIZE;
    }

    int end() {
        return offset + length;
    }

    byte[] bytes(byte[] text) {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE);
        bytes.putLong(turn)
                .putLong(nanos)
                .putInt(offset)
                .putInt(length)
                .putInt(shapeLength)
                .putInt(shapeSum);
        bytes.putInt(sum(bytes, text));
        return bytes.array();
    }

    /** Those on a board, the newest first. */
    static List<Entry> all(byte[] board) {
        return IntStream.range(0, COUNT)
                .mapToObj(i -> read(board, i * SIZE))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingLong(Entry::turn).reversed())
                .toList();
    }

    /** Empty for what can be none, such as zeros. */
    static Optional<Entry> read(byte[] board, int place) {
        ByteBuffer bytes = ByteBuffer.wrap(board, place, SIZE);
        Entry entry = new Entry(
                bytes.getLong(), bytes.getLong(), bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
        boolean possible = entry.turn > 0
                && entry.offset >= FIRST_TEXT
                && entry.length >= 0
                && entry.length <= LONGEST
                && entry.shapeLength >= 0
                && entry.shapeLength <= entry.length;
        return possible ? Optional.of(entry) : Optional.empty();
    }

    /** Whether text and entry belong together and are whole. */
    boolean proves(byte[] board, byte[] text) {
        ByteBuffer own = ByteBuffer.wrap(board, (int) place(), SIZE).slice();
        return own.getInt(FIELDS) == sum(own, text);
    }

    private static int sum(ByteBuffer entry, byte[] text) {
        CRC32C sum = new CRC32C();
        sum.update(entry.array(), entry.arrayOffset(), FIELDS);
        sum.update(text);
        return (int) sum.getValue();
    }

    static int sumOf(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return (int) sum.getValue();
    }
}
