package dev.prefork.board;

import dev.prefork.exposition.Exposition;
import dev.prefork.exposition.Shape;
import dev.prefork.handoff.Variables;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A worker's side: writes what it exposes, over and over, so that the last text but one is always whole.
 *
 * <p>Threading: any thread; one at a time.
 */
public final class BoardWriter {
    private final Posix posix;
    private final int fd;
    private Shape shape = Shape.EMPTY;
    private byte[] encoded = Codec.encode(Shape.EMPTY);
    private Entry last;

    public BoardWriter(Posix posix, int fd) {
        this.posix = posix;
        this.fd = fd;
        this.last = newest();
    }

    /** A program that restarts in the same worker goes on where the one before it stopped. */
    private Entry newest() {
        byte[] head = new byte[Entry.FIRST_TEXT];
        Entry none = new Entry(0, 0, Entry.FIRST_TEXT, 0, 0, 0);
        if (posix.readAt(fd, head, 0) < head.length) {
            return none;
        }
        return Entry.all(head).stream().findFirst().orElse(none);
    }

    /** Empty where no board was passed. */
    public static Optional<BoardWriter> fromEnvironment(Posix posix, Map<String, String> environment) {
        String number = environment.getOrDefault(Variables.BOARD, "").strip();
        if (!number.matches("\\d{1,9}")) {
            return Optional.empty();
        }
        int fd = Integer.parseInt(number);
        if (!isBoard(fd)) {
            return Optional.empty();
        }
        try {
            // What this worker starts in its turn has no business on it.
            posix.setCloseOnExec(fd, true);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
        return Optional.of(new BoardWriter(posix, fd));
    }

    /** A shell in between may have closed it, and the number may be something else by now. */
    private static boolean isBoard(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd))
                    .toString()
                    .startsWith("/memfd:" + BoardReader.NAME);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes it down.
     *
     * @param nanos now, on the system's monotonic clock
     * @return false if it is too long for a board: what was there before stays
     */
    public synchronized boolean write(Exposition exposition, long nanos) {
        if (!exposition.shape().equals(shape)) {
            encoded = Codec.encode(exposition.shape());
            shape = exposition.shape();
        }
        long length = encoded.length + (long) exposition.values().length * Double.BYTES;
        if (length > Entry.LONGEST || shape.rows() > Codec.MOST_ROWS) {
            return false;
        }
        ByteBuffer text = ByteBuffer.allocate((int) length).put(encoded);
        text.asDoubleBuffer().put(exposition.values());
        Entry next = new Entry(
                last.turn() + 1, nanos, freeFor((int) length), (int) length, encoded.length, Entry.sumOf(encoded));
        posix.writeAt(fd, text.array(), next.offset());
        posix.writeAt(fd, next.bytes(text.array()), next.place());
        last = next;
        return true;
    }

    /** Where the text that holds now is not: before it if there is room, else behind it. */
    private int freeFor(int length) {
        boolean before = Entry.FIRST_TEXT + length <= last.offset();
        return before ? Entry.FIRST_TEXT : last.end();
    }
}
