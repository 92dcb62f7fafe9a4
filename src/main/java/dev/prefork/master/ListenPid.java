package dev.prefork.master;

import dev.prefork.container.WorkerKind;
import dev.prefork.os.Built;
import dev.prefork.os.SpawnRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who tells a worker its own pid, in LISTEN_PID as sd_listen_fds(3) demands, and in the variables of other conventions.
 *
 * <p>posix_spawn(3) gives the pid to the parent, after the child's environment is fixed. So another program goes first and learns
 * its own pid and keeps it over the exec. Immutable; any thread.
 */
public sealed interface ListenPid permits ShellFirst, OwnExecutableFirst, ListenPid.NeedNot, ListenPid.Untold {

    /**
     * How the worker is started.
     *
     * @param worker as if nothing had to be told
     * @param variables what is to hold the pid
     */
    SpawnRequest start(SpawnRequest worker, List<String> variables);

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
    record NeedNot() implements ListenPid {
        @Override
        public SpawnRequest start(SpawnRequest worker, List<String> variables) {
            return worker;
        }
    }

    /** Nothing sets it. */
    record Untold() implements ListenPid {
        @Override
        public SpawnRequest start(SpawnRequest worker, List<String> variables) {
            return worker;
        }

        @Override
        public Optional<String> warning() {
            return Optional.of(
                    "there is no /bin/sh, so LISTEN_PID is not set for workers; those that require it will not"
                            + " find their sockets");
        }
    }
}
