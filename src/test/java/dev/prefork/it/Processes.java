package dev.prefork.it;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts processes for one test and ends them, with all their offspring, after it. When the test failed, prints what each
 * of them wrote. Use it as an instance field with {@code @RegisterExtension}; any thread of the test may start processes.
 *
 * <p>As a static field, made by {@link #ofClass}, it keeps them for all tests of a class, which may only read from them.
 */
public final class Processes implements AfterEachCallback, AfterAllCallback {
    private final List<RunningProcess> started = new ArrayList<>();
    private final boolean shared;

    public Processes() {
        this(false);
    }

    private Processes(boolean shared) {
        this.shared = shared;
    }

    /** For processes that the tests of a class share. */
    public static Processes ofClass() {
        return new Processes(true);
    }

    /** Any command. */
    public Launch command(String... command) {
        return new Launch(this, List.of(command));
    }

    /** The packaged Prefork with these arguments, its management interface on a free port. */
    public Launch prefork(Jdk jdk, String... arguments) {
        return prefork(jdk, List.of(), arguments);
    }

    /** The same with further options, such as {@code -Dname=value}, which may overrule the management port. */
    public Launch prefork(Jdk jdk, List<String> options, String... arguments) {
        List<String> all = new ArrayList<>(options);
        all.addAll(0, QuickStart.forWorkers(jdk, arguments));
        return new Launch(
                this,
                Stream.concat(PackagedJar.command(jdk, all).stream(), Stream.of(arguments))
                        .toList());
    }

    synchronized RunningProcess add(RunningProcess process) {
        started.add(process);
        return process;
    }

    @Override
    public synchronized void afterEach(ExtensionContext context) {
        if (!shared) {
            started.forEach(RunningProcess::close);
        }
        if (context.getExecutionException().isPresent()) {
            System.err.println("Output of the processes of " + context.getDisplayName() + ":");
            started.forEach(process -> System.err.println(process.dump()));
        }
        if (!shared) {
            started.clear();
        }
    }

    @Override
    public synchronized void afterAll(ExtensionContext context) {
        started.forEach(RunningProcess::close);
        started.clear();
    }
}
