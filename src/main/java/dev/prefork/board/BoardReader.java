package dev.prefork.board;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Shape;
import dev.prefork.os.Posix;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The master's side: makes the board, and reads it at any time, whether the worker writes, hangs or is dead.
 * Nothing on it is trusted: it takes bounded memory and the worker that wrote nonsense is the only one to lose by it.
 *
 * <p>Threading: one thread at a time. Owns the descriptor.
 */
public final class BoardReader implements AutoCloseable {
    /** As /proc shows it. */
    static final String NAME = "prefork-board";

    /** The worker may write twice while we read; not many times in a row. */
    private static final int ATTEMPTS = 4;

    private final Posix posix;
    private final int fd;
    private Optional<Text> known = Optional.empty();
    private Shape shape = Shape.EMPTY;
    private int width;
    private int leftOut;
    private Entry shapeOf = new Entry(0, 0, 0, 0, new Entry.Shape(-1, 0));

    /**
     * What was read.
     *
     * @param turn counts the worker's texts
     * @param nanos when it was written, on the system's monotonic clock
     * @param leftOut how many series there are beyond those of the exposition
     */
    public record Text(long turn, long nanos, Exposition exposition, int leftOut) {}

    private BoardReader(Posix posix, int fd) {
        this.posix = posix;
        this.fd = fd;
    }

    /** An empty board. */
    public static BoardReader open(Posix posix) {
        return new BoardReader(posix, posix.memory(NAME));
    }

    /** What to hand to the worker. */
    public int descriptor() {
        return fd;
    }

    /**
     * The newest text that is whole; empty if nothing was ever written. An IllegalArgumentException says that what stands there
     * is not a text of ours.
     *
     * @param most bytes of memory that its series may take; those beyond are left out
     */
    public Optional<Text> read(long most) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] head = new byte[Entry.FIRST_TEXT];
            if (posix.readAt(fd, head, 0) < head.length) {
                return known;
            }
            for (Entry entry : Entry.all(head)) {
                if (known.isPresent() && entry.turn() <= known.get().turn()) {
                    return known;
                }
                byte[] text = new byte[entry.length()];
                if (posix.readAt(fd, text, entry.offset()) == text.length && entry.proves(head, text)) {
                    known = Optional.of(read(entry, text, most));
                    return known;
                }
            }
        }
        return known;
    }

    /** The same with all of its series. */
    public Optional<Text> read() {
        return read(Long.MAX_VALUE);
    }

    private Text read(Entry entry, byte[] text, long most) {
        try {
            int numbers = text.length - entry.shape().length();
            if (!entry.shape().equals(shapeOf.shape())) {
                Shape whole = Codec.decode(
                        ByteBuffer.wrap(text, 0, entry.shape().length()).slice());
                shape = whole.within(most);
                width = whole.width();
                leftOut = whole.rows() - shape.rows();
                shapeOf = entry;
            }
            if (numbers != (long) width * Double.BYTES) {
                throw new IllegalArgumentException("the numbers do not fit the shape");
            }
            ByteBuffer values =
                    ByteBuffer.wrap(text, entry.shape().length(), numbers).slice();
            return new Text(entry.turn(), entry.nanos(), Codec.decode(shape, values), leftOut);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("truncated", e);
        }
    }

    @Override
    public void close() {
        posix.close(fd);
    }
}
