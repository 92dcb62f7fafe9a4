package dev.prefork.handoff;

import dev.prefork.os.Posix;

/**
 * A pipe that is never written to: the master holds the one write end, every worker inherits the read end, and reads
 * end-of-file at the moment the master is gone, however it went.
 *
 * @param readEnd the descriptor to hand to workers
 */
public record Lifeline(Posix posix, int readEnd, int writeEnd) implements AutoCloseable {
    public static Lifeline open(Posix posix) {
        int[] ends = posix.pipe();
        try {
            return new Lifeline(posix, HighDescriptors.lift(posix, ends[0]), ends[1]);
        } catch (RuntimeException e) {
            posix.close(ends[1]);
            throw e;
        }
    }

    @Override
    public void close() {
        posix.close(readEnd);
        posix.close(writeEnd);
    }
}
