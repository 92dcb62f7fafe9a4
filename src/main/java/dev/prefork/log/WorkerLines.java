package dev.prefork.log;

import java.util.Locale;

/**
 * The way of workers' lines to the standard streams of their master: they take turns with its own, whole lines each, and never its
 * room. While nothing is read there, {@link WhenFull} decides.
 *
 * <p>Threading: any thread; only {@link #awaitRoom} waits.
 */
public final class WorkerLines {
    private final LogWriter writer;
    private volatile WhenFull whenFull = WhenFull.BLOCK;

    /** A standard stream. */
    public enum Stream {
        STDOUT,
        STDERR;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    WorkerLines(LogWriter writer) {
        this.writer = writer;
    }

    /** What is to become of lines from now on for which there is no room. */
    public void whenFull(WhenFull what) {
        whenFull = what;
    }

    /** Whether lines can be put now: always, where they are dropped without room. */
    public boolean hasRoom() {
        return whenFull == WhenFull.DROP || writer.hasRoom();
    }

    /** Waits for so long, or until there may be room. */
    public void awaitRoom(long nanos) throws InterruptedException {
        if (!hasRoom()) {
            writer.awaitRoom(nanos);
        }
    }

    /** Counts lines as dropped that could not even be put. */
    public void dropped(int count) {
        writer.drop(new LogWriter.Chunk(writer.of(Stream.STDOUT), new byte[0], count, LogWriter.Chunk.Origin.WORKER));
    }

    /** Puts whole lines. Without room they are dropped and counted. */
    public void put(Stream stream, byte[] text, int lines) {
        LogWriter.Chunk chunk = new LogWriter.Chunk(writer.of(stream), text, lines, LogWriter.Chunk.Origin.WORKER);
        if (!writer.offer(chunk)) {
            writer.drop(chunk);
        }
    }
}
