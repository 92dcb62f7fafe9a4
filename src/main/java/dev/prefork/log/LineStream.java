package dev.prefork.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.channels.WritableByteChannel;

/** Cuts what is written into whole lines. Any thread; holds no lock but its own, and that for no longer than a copy takes. */
final class LineStream extends OutputStream {
    /** What has no end by then is passed on without one. */
    private static final int LONGEST = 1 << 16;

    private final LogWriter writer;
    private final WritableByteChannel sink;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private int lines;

    LineStream(LogWriter writer, WritableByteChannel sink) {
        this.writer = writer;
        this.sink = sink;
    }

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        int rest = from;
        for (int i = from; i < from + length; i++) {
            if (bytes[i] == '\n') {
                lines++;
                begun.write(bytes, rest, i + 1 - rest);
                rest = i + 1;
                if (begun.size() >= LONGEST) {
                    pass();
                }
            }
        }
        if (lines > 0) {
            pass();
        }
        begun.write(bytes, rest, from + length - rest);
        if (begun.size() >= LONGEST) {
            end();
        }
    }

    /** No more of the line that was begun is to come. */
    synchronized void end() {
        if (begun.size() > 0) {
            lines++;
            pass();
        }
    }

    private void pass() {
        if (begun.size() > 0) {
            writer.put(new LogWriter.Chunk(sink, begun.toByteArray(), lines, LogWriter.Chunk.Origin.MASTER));
        }
        begun.reset();
        lines = 0;
    }
}
