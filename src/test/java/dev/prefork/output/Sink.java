package dev.prefork.output;

import dev.prefork.log.LogWriter;
import dev.prefork.log.WorkerLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The standard streams of a master: a real pipe for both, which is read once that is asked for. For one test. */
final class Sink implements AutoCloseable {
    private final Pipe pipe = Pipe.open();
    private final List<String> read = new ArrayList<>();
    private final List<Long> dropped = new CopyOnWriteArrayList<>();
    private final LogWriter writer = new LogWriter(pipe.sink(), pipe.sink(), dropped::add);

    Sink() throws IOException {}

    WorkerLines lines() {
        return writer.workerLines();
    }

    Sink beginToRead() {
        Thread reader = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(pipe.source()), StandardCharsets.ISO_8859_1))) {
                lines.lines().forEach(this::add);
            } catch (IOException | UncheckedIOException e) {
                // The test is over.
                return;
            }
        });
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    private synchronized void add(String line) {
        read.add(line);
    }

    /** What has been read so far, byte by byte. */
    synchronized List<String> read() {
        return List.copyOf(read);
    }

    /** What was reported as dropped. */
    List<Long> dropped() {
        return dropped;
    }

    long linesDropped() {
        return writer.dropped();
    }

    @Override
    public void close() throws Exception {
        writer.close();
        pipe.source().close();
        pipe.sink().close();
    }
}
