package dev.prefork.it;

import java.time.Duration;
import java.util.Locale;

/**
 * One line that a process wrote.
 *
 * @param stream which descriptor it came from
 * @param at when it was read, counted from the start of the process; lines of two streams may be read out of order
 * @param text the line without its end
 */
public record OutputLine(Stream stream, Duration at, String text) {
    /** Where a line was written. */
    public enum Stream {
        STDOUT,
        STDERR
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%8.3fs %s %s", at.toNanos() / 1e9, stream == Stream.STDOUT ? "out" : "err", text);
    }
}
