package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A command that is about to be started. Not thread-safe.
 *
 * <p>It gets the environment of this JVM, but for the names that would change what Prefork or a worker does: a test must
 * not depend on who started Maven.
 */
public final class Launch {
    /** Python's is among them: unbuffered it writes a line and its end one after the other, and another worker between. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "(PREFORK|QUARKUS|LISTEN|WATCHDOG|EINHORN|SERVER_STARTER)_.*|NOTIFY_SOCKET|NGINX|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|PYTHONUNBUFFERED");

    private final Processes owner;
    private List<String> command;
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private Path directory = Path.of("").toAbsolutePath();

    Launch(Processes owner, List<String> command) {
        this.owner = owner;
        this.command = List.copyOf(command);
        environment.keySet().removeIf(name -> LEFT_OUT.matcher(name).matches());
    }

    /** Sets a variable of the environment. */
    public Launch env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Takes a variable out of the environment. */
    public Launch without(String name) {
        environment.remove(name);
        return this;
    }

    /** Sets the working directory, which is the project's otherwise. */
    public Launch in(Path workingDirectory) {
        directory = workingDirectory;
        return this;
    }

    /** Puts the process, and with it all its offspring, into a cgroup; it keeps its pid. */
    public Launch inside(MemoryCgroup cgroup) {
        command = cgroup.command(command);
        return this;
    }

    /** Runs the process in that namespace; it keeps its pid. */
    public Launch inside(MountNamespace namespace) {
        command = namespace.command(command);
        return this;
    }

    /** Starts the process; it ends with the test at the latest. */
    public RunningProcess start() {
        String mark = UUID.randomUUID().toString();
        environment.put(RunningProcess.MARK, mark);
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return owner.add(new RunningProcess(command, mark, builder.start()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }
}
