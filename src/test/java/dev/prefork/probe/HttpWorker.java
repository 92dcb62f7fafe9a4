package dev.prefork.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.handoff.Handoff;
import dev.prefork.it.command.Scripts;
import dev.prefork.listen.Listeners;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A real worker that serves HTTP on the first listener; see the script. Ends with its whole group. */
final class HttpWorker implements AutoCloseable {
    private final TestChild child;
    private final Path log;

    private HttpWorker(TestChild child, Path log) {
        this.child = child;
        this.log = log;
    }

    static HttpWorker start(Listeners listeners, int slot, Path log, String... options) {
        return start(listeners, slot, log, command(log, options));
    }

    /** The same as a child of a shell that waits for it. */
    static HttpWorker behindShell(Listeners listeners, Path log, String... options) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "\"$@\"; exit $?", "sh"));
        command.addAll(command(log, options));
        return start(listeners, 0, log, command);
    }

    private static List<String> command(Path log, String... options) {
        List<String> arguments = new ArrayList<>(List.of(log.toString()));
        arguments.addAll(List.of(options));
        return Scripts.python("probe/http.py", arguments.toArray(String[]::new));
    }

    private static HttpWorker start(Listeners listeners, int slot, Path log, List<String> command) {
        SpawnRequest.Descriptor[] descriptors =
                new Handoff(listeners.all(), Set.of()).descriptors(slot).toArray(SpawnRequest.Descriptor[]::new);
        TestChild child = TestChild.start(command, Map.of(), descriptors);
        assertThat(child.readLine()).isEqualTo("up");
        return new HttpWorker(child, log);
    }

    int pid() {
        return child.pid();
    }

    /** What it saw so far, one line for each connection. */
    List<String> log() {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many requests it got. */
    long asked() {
        return log().stream().filter(line -> line.startsWith("asked")).count();
    }

    @Override
    public void close() {
        child.close();
    }
}
