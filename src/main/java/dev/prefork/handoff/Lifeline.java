package dev.prefork.handoff;

import dev.prefork.os.Posix;

/**
 * A pipe that is never written to: the master holds the one write end, every worker inherits the read end, and reads
 * end-of-file at the moment the master is gone, however it went.
 */
public final class Lifeline implements AutoCloseable {
    private final Posix posix;
    private final int readEnd;
    private final int writeEnd;

    private Lifeline(Posix posix, int readEnd, int writeEnd) {
        this.posix = posix;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    public static Lifeline open(Posix posix) {
        int[] ends = posix.pipe();
        try {
            return new Lifeline(posix, HighDescriptors.lift(posix, ends[0]), ends[1]);
        } catch (RuntimeException e) {
            posix.close(ends[1]);
            throw e;
        }
    }

    /** The descriptor to hand to workers. */
    public int readEnd() {
        return readEnd;
    }

    @Override
    public void close() {
        posix.close(readEnd);
        posix.close(writeEnd);
    }
}
