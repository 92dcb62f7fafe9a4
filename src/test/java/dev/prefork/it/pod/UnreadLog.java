package dev.prefork.it.pod;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A named pipe that is full and that no process reads, for the output of a master. For one test. */
final class UnreadLog implements AutoCloseable {
    /** What a pipe holds, unless its user has very many; see pipe(7). */
    private static final int CAPACITY = 1 << 16;

    private final Path path;
    private final FileChannel held;
    private final List<String> read = new CopyOnWriteArrayList<>();

    UnreadLog(Path directory) throws IOException, InterruptedException {
        path = directory.resolve("log");
        if (new ProcessBuilder("mkfifo", path.toString()).start().waitFor() != 0) {
            throw new IOException("cannot make " + path);
        }
        // For both, so that neither the open nor a write waits for the other side; see fifo(7).
        held = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        held.write(ByteBuffer.wrap("\n".repeat(CAPACITY).getBytes(StandardCharsets.UTF_8)));
    }

    /** A command whose standard output and error go here. */
    String[] to(List<String> command) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >" + path + " 2>&1", "sh"));
        words.addAll(command);
        return words.toArray(String[]::new);
    }

    void beginToRead() {
        Thread reader = new Thread(this::readOn, "unread-log");
        reader.setDaemon(true);
        reader.start();
    }

    private void readOn() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(held), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.isEmpty()).forEach(read::add);
        } catch (IOException | UncheckedIOException e) {
            read.add("[not read further: " + e + "]");
        }
    }

    /** The lines that have been read so far, without those that were there first. */
    List<String> lines() {
        return read;
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
