package dev.prefork.master;

import dev.prefork.container.WorkerKind;
import dev.prefork.os.Built;
import dev.prefork.os.SpawnRequest;
import dev.prefork.shim.ExecOrder;
import dev.prefork.shim.Shim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who tells a worker its own pid, in LISTEN_PID as sd_listen_fds(3) demands, and in the variables of other conventions.
 *
 * <p>posix_spawn(3) gives the pid to the parent, after the child's environment is fixed. So another program goes first and learns
 * its own pid and keeps it over the exec. Immutable; any thread.
 */
public sealed interface ListenPid {

    /**
     * How the worker is started; as it is where nothing sets the pid.
     *
     * @param worker as if nothing had to be told
     * @param variables what is to hold the pid
     */
    default SpawnRequest start(SpawnRequest worker, List<String> variables) {
        return worker;
    }

    /** What the user has to be told; empty if workers are told, or need not be. */
    default Optional<String> warning() {
        return Optional.empty();
    }

    /**
     * The choice: a shell, which is quick and simple; else a native executable. A JVM in a shell's place would cost every
     * worker half a second.
     *
     * @param root where {@code /bin} is: {@code /} but in tests
     * @param built what this process is
     * @param kind what runs as a worker
     */
    static ListenPid choose(Path root, Built built, WorkerKind kind) {
        ListenPid withoutUs = byShell(root);
        if (built == Built.FOR_JVM || withoutUs instanceof ShellFirst) {
            return withoutUs;
        }
        // A built-in worker does not look for it, and would have to go before itself.
        return kind == WorkerKind.NATIVE_BUILT_IN
                ? new NeedNot()
                : OwnExecutableFirst.of(Program.self().executable(), System.getProperties());
    }

    /** For a program whose main class is not ours, and would not know that it is to be a shim. */
    static ListenPid byShell(Path root) {
        return Files.isExecutable(root.resolve(Path.of("bin", "sh"))) ? new ShellFirst() : new Untold();
    }

    /** Workers that have no use for it. */
    record NeedNot() implements ListenPid {}

    /** Nothing sets it. */
    record Untold() implements ListenPid {
        @Override
        public Optional<String> warning() {
            return Optional.of(
                    "there is no /bin/sh, so LISTEN_PID is not set for workers; those that require it will not"
                            + " find their sockets");
        }
    }

    /** A shell that sets the variables and execs the worker. */
    record ShellFirst() implements ListenPid {
        private static final String SHELL = "/bin/sh";

        /** What a shell takes for a variable. It drops the others from the environment it passes on. */
        private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

        /** Kubernetes allows names with dots and dashes, which no shell passes on, so those take the way over env(1). */
        @Override
        public SpawnRequest start(SpawnRequest worker, List<String> variables) {
            List<String> arguments = new ArrayList<>(List.of("sh", "-c", script(variables), "prefork"));
            List<String> odd = worker.environment().stream()
                    .filter(entry -> !SHELL_NAME.matcher(name(entry)).matches())
                    .toList();
            if (!odd.isEmpty()) {
                arguments.add("env");
                arguments.addAll(odd);
            }
            arguments.add(worker.executable());
            arguments.addAll(worker.arguments().subList(1, worker.arguments().size()));
            return new SpawnRequest(SHELL, arguments, worker.environment(), worker.descriptors());
        }

        private static String script(List<String> variables) {
            String pids = variables.stream().map(name -> name + "=$$").collect(Collectors.joining(" "));
            return "export " + pids + "; exec \"$@\"";
        }

        private static String name(String entry) {
            return entry.substring(0, Math.max(0, entry.indexOf('=')));
        }
    }

    /**
     * This executable as a shim, which becomes the worker.
     *
     * @param program this executable, with the word that makes it a shim
     */
    record OwnExecutableFirst(Program program) implements ListenPid {
        /** Where jffi looks for its library and where it unpacks it: what the master was told, the shim must be. */
        private static final List<String> HANDED_ON = List.of(
                "jffi.boot.library.path",
                "java.library.path",
                "jffi.extract.dir",
                "jffi.extract.name",
                "java.io.tmpdir");

        /** @param properties the master's; its own command line may hold options that are meant for the worker */
        static OwnExecutableFirst of(String executable, Properties properties) {
            List<String> words = new ArrayList<>(List.of(executable));
            HANDED_ON.stream()
                    .filter(name -> !properties.getProperty(name, "").isEmpty())
                    .forEach(name -> words.add("-D" + name + "=" + properties.getProperty(name)));
            words.add(Shim.WORD);
            return new OwnExecutableFirst(new Program(executable, words));
        }

        @Override
        public SpawnRequest start(SpawnRequest worker, List<String> variables) {
            ExecOrder order = new ExecOrder(worker.executable(), worker.arguments(), variables, worker.closedFrom());
            List<String> environment = new ArrayList<>(worker.environment());
            environment.addAll(order.variables());
            return new SpawnRequest(program.executable(), program.arguments(), environment, worker.descriptors());
        }
    }
}
