package dev.prefork.quarkus.worker;

import static dev.prefork.Waits.await;

import dev.prefork.it.Jdks;
import dev.prefork.it.Proc;
import dev.prefork.it.QuickStart;
import dev.prefork.os.Posix;
import dev.prefork.os.Signal;
import dev.prefork.os.SpawnRequest;
import dev.prefork.os.TestChild;
import dev.prefork.os.WaitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The packaged application as a worker, with the test as its master. It and its output are gone after close. */
public final class TestWorker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Absolute: the JVM compares it with the path that the archive of its classes was made with. */
    private static final String APPLICATION =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString();

    /** The pid is known only after the exec; see sd_listen_fds(3). */
    private static final String TRAMPOLINE = "LISTEN_PID=$$ exec \"$@\" 2>&1";

    private final TestChild child;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private TestWorker(TestChild child) {
        this.child = child;
        this.reader = new Thread(this::read, "output of " + child.pid());
        reader.start();
    }

    /** How a worker is started. */
    public static final class Builder {
        private final List<String> options = new ArrayList<>();
        private final List<SpawnRequest.Descriptor> descriptors = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private String application = APPLICATION;

        Builder() {
            environment("PREFORK_CHILD", "1");
            environment("PREFORK_SLOT", "2");
        }

        Builder listener(String name, MasterSocket socket) {
            descriptors.add(new SpawnRequest.Descriptor(socket.descriptor(), 3 + names.size()));
            names.add(name);
            return this;
        }

        Builder descriptor(int source, int target) {
            descriptors.add(new SpawnRequest.Descriptor(source, target));
            return this;
        }

        Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Builder without(String variable) {
            environment.remove(variable);
            return this;
        }

        Builder option(String option) {
            options.add(option);
            return this;
        }

        Builder application(String jar) {
            application = jar;
            return this;
        }

        TestWorker start() {
            String java = ProcessHandle.current().info().command().orElseThrow();
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", TRAMPOLINE, "sh", java, "-Xmx128m"));
            if (application.equals(APPLICATION)) {
                command.addAll(QuickStart.options(Jdks.running()));
            }
            command.addAll(options);
            command.addAll(List.of("-jar", application));
            environment.putIfAbsent("LISTEN_FDS", String.valueOf(names.size()));
            environment.putIfAbsent("LISTEN_FDNAMES", String.join(":", names));
            return new TestWorker(
                    TestChild.start(command, environment, descriptors.toArray(SpawnRequest.Descriptor[]::new)));
        }

        TestWorker startServing() {
            TestWorker worker = start();
            try {
                worker.awaitLine("serving ");
                return worker;
            } catch (RuntimeException e) {
                worker.close();
                throw e;
            }
        }
    }

    /** Two empty lines in a row are the end: the application prints none. */
    private void read() {
        for (String line = child.readLine(); !line.isEmpty(); line = child.readLine()) {
            lines.add(line);
        }
    }

    public int pid() {
        return child.pid();
    }

    public String name() {
        return "worker 2 (pid " + pid() + ")";
    }

    Map<Integer, String> descriptors() throws IOException {
        return child.descriptors();
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    void awaitLine(String part) {
        await("a line with '" + part + "' in " + lines).atMost(PATIENCE).until(() -> hasSaid(part));
    }

    boolean hasSaid(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    void terminate() {
        Posix.system().kill(pid(), Signal.TERM);
    }

    /** Stops its execution, as a debugger would; its connections and its place in the queue remain. */
    void freeze() {
        Proc.freeze(pid());
    }

    void thaw() {
        Proc.signal(pid(), "CONT");
    }

    /** Waits for the end, and for the last of the output. */
    public WaitStatus awaitEnd() {
        WaitStatus status = child.awaitEnd();
        awaitLastWords();
        return status;
    }

    private void awaitLastWords() {
        try {
            reader.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        child.end();
        // Or it would read from whatever has the number of the pipe next.
        awaitLastWords();
        child.close();
    }
}
