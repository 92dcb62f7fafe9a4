package dev.prefork.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount namespace in which a test mounts what it likes, see mount_namespaces(7). A process that sleeps holds it until the test's end.
 * Where this user may not have one the test is skipped, and says so. For one test.
 */
public final class MountNamespace {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Processes processes;
    private final RunningProcess holder;

    private MountNamespace(Processes processes, RunningProcess holder) {
        this.processes = processes;
        this.holder = holder;
    }

    /** A new one, with what is mounted here. */
    public static MountNamespace hold(Processes processes) {
        List.of("unshare", "nsenter", "mount").forEach(Tools::require);
        List<String> unshare = List.of("unshare", "--mount", "--propagation", "private");
        List<String> trial = new ArrayList<>(unshare);
        trial.addAll(List.of("mount", "-t", "tmpfs", "prefork-it", "/proc"));
        Tools.requireSuccess("this user may not mount file systems", trial);
        List<String> words = new ArrayList<>(unshare);
        words.addAll(List.of("sh", "-c", "echo here; exec sleep 3600"));
        RunningProcess holder = processes.command(words.toArray(String[]::new)).start();
        holder.awaitLine("here", PATIENCE);
        return new MountNamespace(processes, holder);
    }

    /** Calls mount(8) inside. */
    public void mount(String... arguments) {
        List<String> words = new ArrayList<>(List.of("mount"));
        words.addAll(List.of(arguments));
        RunningProcess mount =
                processes.command(command(words).toArray(String[]::new)).start();
        if (mount.awaitExit(PATIENCE) != 0) {
            throw new AssertionError(mount.dump());
        }
    }

    /** The command, run inside; it keeps its pid. */
    List<String> command(List<String> command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--target", holder.pid() + "", "--mount", "--"));
        words.addAll(command);
        return words;
    }

    /** A file inside, as it is found from here. */
    public Path path(Path inside) {
        return Path.of("/proc", Long.toString(holder.pid()), "root")
                .resolve(inside.toString().substring(1));
    }
}
