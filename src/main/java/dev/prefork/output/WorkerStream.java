package dev.prefork.output;

import dev.prefork.log.Entry;
import dev.prefork.log.LogFormat;
import dev.prefork.log.WorkerLines;
import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jnr.constants.platform.Errno;

/**
 * One stream of one worker: what was read of its pipe, cut into lines. It holds no more than one read and one line that was begun.
 *
 * <p>Threading: the one that reads passes lines on and closes; the master's thread may read as well, and asks for the last line. Lines
 * are cut and marked outside of the lock, which is held for one read(2) or close(2) at most.
 */
final class WorkerStream {
    private static final byte[] NOTHING = {};

    /** Written on in one piece. */
    private static final int BATCH = 1 << 16;

    private final int fd;
    private final int pid;
    private final WorkerLines.Stream stream;
    private final LineMark mark;
    private byte[] held = NOTHING;
    private boolean ended;
    private boolean closed;
    private byte[] last = NOTHING;

    WorkerStream(int fd, Entry.Worker worker, WorkerLines.Stream stream) {
        this.fd = fd;
        this.pid = worker.pid().orElseThrow();
        this.stream = stream;
        this.mark = new LineMark(worker, stream);
    }

    int fd() {
        return fd;
    }

    /** Of the worker that it is of. */
    int pid() {
        return pid;
    }

    boolean isErrors() {
        return stream == WorkerLines.Stream.STDERR;
    }

    /** Its last line that is not blank, for people; empty if there was none. */
    String lastLine() {
        byte[] passed;
        byte[] waiting;
        synchronized (this) {
            passed = last;
            waiting = held;
        }
        String line = LineMark.excerpt(passed);
        for (String later : new String(waiting, StandardCharsets.ISO_8859_1).split("\n")) {
            String excerpt = LineMark.excerpt(later.getBytes(StandardCharsets.ISO_8859_1));
            line = excerpt.isEmpty() ? line : excerpt;
        }
        return line;
    }

    /** Reads what is there. Returns how many bytes that were. */
    synchronized int read(Posix posix, byte[] buffer) {
        int count = closed ? 0 : available(posix, buffer);
        if (count > 0) {
            int before = held.length;
            held = Arrays.copyOf(held, before + count);
            System.arraycopy(buffer, 0, held, before, count);
        }
        return count;
    }

    private int available(Posix posix, byte[] buffer) {
        try {
            int count = posix.read(fd, buffer);
            ended |= count == 0;
            return count;
        } catch (ErrnoException e) {
            ended |= e.errno() != Errno.EAGAIN;
            return 0;
        }
    }

    /** Gives up what has not been passed on. Returns how many lines that were. */
    int discard() {
        byte[] given;
        synchronized (this) {
            given = held;
            held = NOTHING;
        }
        int lines = 0;
        for (byte octet : given) {
            lines += octet == '\n' ? 1 : 0;
        }
        boolean begun = given.length > 0 && given[given.length - 1] != '\n';
        return lines + (begun ? 1 : 0);
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    /** What is held may still be passed on. */
    synchronized void close(Posix posix) {
        if (!closed) {
            closed = true;
            ended = true;
            posix.close(fd);
        }
    }

    /** Whether all is read and passed on. */
    synchronized boolean isDone() {
        return ended && held.length == 0;
    }

    /**
     * Passes on the lines that are whole, as long as there is room for them.
     *
     * @param longest what is longer is cut
     * @return false if some are left
     */
    boolean pass(WorkerLines to, LogFormat format, int longest) {
        Cut cut = cut();
        int from = 0;
        boolean more = true;
        while (more && to.hasRoom()) {
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            int lines = 0;
            int next = from;
            while (more && batch.size() < BATCH) {
                next = cut.write(from, longest, format, batch);
                more = next > from;
                lines += more ? 1 : 0;
                from = next;
            }
            if (lines > 0) {
                to.put(stream, batch.toByteArray(), lines);
            }
        }
        passed(from, cut.last);
        return !more;
    }

    private synchronized Cut cut() {
        return new Cut(held, ended, last);
    }

    /** More may have been read meanwhile, behind what was cut. */
    private synchronized void passed(int count, byte[] lastOfThem) {
        held = count == held.length ? NOTHING : count == 0 ? held : Arrays.copyOfRange(held, count, held.length);
        last = lastOfThem;
    }

    /** What was held at one moment: the array is never changed. */
    private final class Cut {
        private final byte[] bytes;
        private final boolean whole;
        private byte[] last;

        Cut(byte[] bytes, boolean whole, byte[] last) {
            this.bytes = bytes;
            this.whole = whole;
            this.last = last;
        }

        /** Writes the line that begins there, if it is to be written, and returns where the next one begins. */
        int write(int from, int longest, LogFormat format, ByteArrayOutputStream batch) {
            int most = Math.min(bytes.length, from + longest + 1);
            for (int i = from; i < most; i++) {
                if (bytes[i] == '\n') {
                    mark.write(line(from, i), LineMark.Piece.LAST, format, batch);
                    return i + 1;
                }
            }
            if (bytes.length - from > longest) {
                mark.write(line(from, from + longest), LineMark.Piece.PARTIAL, format, batch);
                return from + longest;
            }
            if (whole && from < bytes.length) {
                mark.write(line(from, bytes.length), LineMark.Piece.LAST, format, batch);
                return bytes.length;
            }
            return from;
        }

        private byte[] line(int from, int to) {
            byte[] line = Arrays.copyOfRange(bytes, from, to);
            if (isErrors() && !LineMark.isBlank(line)) {
                last = line;
            }
            return line;
        }
    }
}
