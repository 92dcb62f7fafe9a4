package dev.prefork.os;

import static dev.prefork.Waits.await;

import dev.prefork.it.Proc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;

/** A real child process for tests, started through {@link Posix#spawn}; it and its group are gone after close. */
public final class TestChild implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Posix posix;
    private final int pid;
    private final int output;
    private Optional<WaitStatus> status = Optional.empty();

    private TestChild(Posix posix, int pid, int output) {
        this.posix = posix;
        this.pid = pid;
        this.output = output;
    }

    public static TestChild sh(String script, SpawnRequest.Descriptor... descriptors) {
        return start(List.of("/bin/sh", "-c", script), Map.of(), descriptors);
    }

    /** Starts the command with PATH and {@code environment}; its standard output can be read. */
    public static TestChild start(
            List<String> command, Map<String, String> environment, SpawnRequest.Descriptor... descriptors) {
        Posix posix = Posix.system();
        int[] pipe = posix.pipe();
        int writeEnd = posix.duplicateAbove(pipe[1], 200);
        posix.close(pipe[1]);
        try {
            List<String> variables = new ArrayList<>(List.of("PATH=" + System.getenv("PATH")));
            environment.forEach((name, value) -> variables.add(name + "=" + value));
            List<SpawnRequest.Descriptor> all = new ArrayList<>(List.of(descriptors));
            all.add(new SpawnRequest.Descriptor(writeEnd, 1));
            int pid = posix.spawn(new SpawnRequest(command.get(0), command, variables, all));
            return new TestChild(posix, pid, pipe[0]);
        } catch (ErrnoException e) {
            posix.close(pipe[0]);
            throw e;
        } finally {
            posix.close(writeEnd);
        }
    }

    /** The path of python3, if this machine has it. */
    public static Optional<String> python() {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "python3"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    public int pid() {
        return pid;
    }

    /** Waits until the child has ended and reaps it. */
    public WaitStatus awaitEnd() {
        if (status.isEmpty()) {
            status = await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> posix.reap(pid), Optional::isPresent);
        }
        return status.get();
    }

    /** Everything the child writes to its standard output until the last holder of it has closed it. */
    public String readAll() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        for (int n = posix.read(output, buffer); n > 0; n = posix.read(output, buffer)) {
            all.write(buffer, 0, n);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** The next line the child writes, without its end. */
    public String readLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] one = new byte[1];
        while (posix.read(output, one) == 1 && one[0] != '\n') {
            line.write(one[0]);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The child's open descriptors and what they are, such as {@code 3 -> socket:[4711]}; it has to sleep at some time. */
    public Map<Integer, String> descriptors() throws IOException {
        // The dynamic linker opens files for a moment after the exec; whoever sleeps is done with that.
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> Proc.state(pid)
                .equals(Optional.of('S')));
        Map<Integer, String> open = new TreeMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path entry : entries.toList()) {
                try {
                    open.put(
                            Integer.valueOf(entry.getFileName().toString()),
                            Files.readSymbolicLink(entry).toString());
                } catch (NoSuchFileException e) {
                    // It was closed between the listing and this look at it.
                    continue;
                }
            }
        }
        return open;
    }

    /** A field of the child's /proc/PID/status, such as {@code SigBlk}. */
    public String status(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    /** Kills the child and its group, and reaps it. */
    public void end() {
        posix.killGroup(pid, Signal.KILL);
        try {
            awaitEnd();
        } catch (ErrnoException e) {
            // The test may have reaped the child itself.
            if (e.errno() != Errno.ECHILD) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        try {
            end();
        } finally {
            posix.close(output);
        }
    }
}
