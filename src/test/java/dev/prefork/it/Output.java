package dev.prefork.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Everything a process has written so far. One thread per stream adds lines; any thread may read or wait. */
final class Output {
    private final long start = System.nanoTime();
    private final List<OutputLine> lines = new ArrayList<>();
    private int open;

    /** Reads the stream to its end in a thread of its own. The end comes when the last heir of the descriptor is gone. */
    synchronized void follow(OutputLine.Stream stream, InputStream in) {
        open++;
        Thread reader = new Thread(() -> read(stream, in), "output-" + stream);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(OutputLine.Stream stream, InputStream in) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String text;
            while ((text = reader.readLine()) != null) {
                add(new OutputLine(stream, Duration.ofNanos(System.nanoTime() - start), text));
            }
        } catch (IOException e) {
            add(new OutputLine(stream, Duration.ofNanos(System.nanoTime() - start), "[not read further: " + e + "]"));
        } finally {
            ended();
        }
    }

    private synchronized void add(OutputLine line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void ended() {
        open--;
        notifyAll();
    }

    synchronized List<OutputLine> lines() {
        return List.copyOf(lines);
    }

    /** The first {@code count} lines in which the pattern is found, or fewer when the deadline or the end came first. */
    synchronized List<OutputLine> await(Pattern pattern, int count, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            List<OutputLine> found = lines.stream()
                    .filter(line -> pattern.matcher(line.text()).find())
                    .limit(count)
                    .toList();
            if (found.size() == count || open == 0 || !pause(end)) {
                return found;
            }
        }
    }

    /** Waits until both streams have ended; false when the deadline came first. */
    synchronized boolean awaitEnd(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (open > 0) {
            if (!pause(end)) {
                return false;
            }
        }
        return true;
    }

    /** Waits for news; false when there is no time left. The caller holds the monitor. */
    private boolean pause(long end) {
        long left = end - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while waiting for output", e));
        }
    }
}
