package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A container of runc's: its own PID, mount, network, IPC and UTS namespaces and cgroups, as a node of a cluster would have it
 * made. For one test.
 */
final class Container implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** What an engine leaves to root while it builds an image. */
    private static final JsonArray BUILDING = new JsonArray()
            .add("CAP_CHOWN")
            .add("CAP_DAC_OVERRIDE")
            .add("CAP_FOWNER")
            .add("CAP_KILL")
            .add("CAP_SETGID")
            .add("CAP_SETUID");

    private final Processes processes;
    private final Path bundle;
    private final Path root;
    private final String workingDirectory;
    private final String name = "prefork-" + UUID.randomUUID();

    /**
     * @param bundle an empty directory
     * @param root the root file system
     */
    Container(Processes processes, Path bundle, Path root) {
        this(processes, bundle, root, "/");
    }

    /** @param workingDirectory the image's */
    Container(Processes processes, Path bundle, Path root, String workingDirectory) {
        this.processes = processes;
        this.bundle = bundle;
        this.root = root;
        this.workingDirectory = workingDirectory;
    }

    /**
     * Skips the test where no container can be made, as inside of most others.
     *
     * @param bundle an empty directory for a trial
     */
    static void requireRuntime(Processes processes, Path bundle) throws IOException {
        Tools.requireRoot();
        Tools.require("runc");
        Path busybox = Tools.require("busybox");
        Path root = Files.createDirectory(bundle.resolve("root"));
        Files.copy(busybox, root.resolve("busybox"));
        for (String mountPoint : List.of("proc", "sys", "dev")) {
            Files.createDirectory(root.resolve(mountPoint));
        }
        try (Container trial = new Container(processes, bundle, root)) {
            trial.configure(List.of("/busybox", "true"), 1, true, new JsonArray());
            Tools.requireSuccess(
                    "this machine does not let runc make containers",
                    trial.command("run", "--bundle", bundle.toString(), trial.name));
        }
    }

    /** Runs a command as root with a root file system that can be written, and waits for its end. */
    void build(List<String> command) throws IOException {
        configure(command, 0, false, BUILDING);
        RunningProcess process = start();
        assertThat(process.awaitExit(Duration.ofMinutes(5))).as(process::dump).isZero();
    }

    /** Starts a command as a user who may do nothing, where nothing can be written. */
    RunningProcess start(List<String> command, int user) throws IOException {
        configure(command, user, true, new JsonArray());
        return start();
    }

    private RunningProcess start() {
        return runc("run", "--bundle", bundle.toString(), name);
    }

    /** What a command says that is run beside PID 1, which must succeed. */
    String execute(String... command) {
        List<String> words = new ArrayList<>(List.of("exec", name));
        words.addAll(List.of(command));
        RunningProcess process = runc(words.toArray(String[]::new));
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        return process.stdout();
    }

    void terminate() {
        RunningProcess process = runc("kill", name, "TERM");
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
    }

    /** The containers that runc still knows of. */
    String list() {
        RunningProcess process = runc("list", "--quiet");
        assertThat(process.awaitExit(SOON)).as(process::dump).isZero();
        return process.stdout();
    }

    private RunningProcess runc(String... words) {
        return processes.command(command(words).toArray(String[]::new)).start();
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(
                List.of("runc", "--root", bundle.resolve("state").toString()));
        command.addAll(List.of(words));
        return command;
    }

    private void configure(List<String> command, int user, boolean readOnly, JsonArray capabilities)
            throws IOException {
        JsonObject sets = new JsonObject();
        List.of("bounding", "effective", "permitted").forEach(set -> sets.put(set, capabilities));
        JsonObject process = new JsonObject()
                .put("user", new JsonObject().put("uid", user).put("gid", 0))
                .put("args", new JsonArray(new ArrayList<Object>(command)))
                .put("env", new JsonArray().add("PATH=/usr/bin:/bin"))
                .put("cwd", workingDirectory)
                .put("noNewPrivileges", true)
                .put("capabilities", sets);
        JsonArray mounts = new JsonArray()
                .add(mount("/proc", "proc"))
                .add(mount("/dev", "tmpfs", "nosuid", "mode=755", "size=64k"))
                .add(mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", "size=64m"))
                .add(mount("/sys", "sysfs", "nosuid", "noexec", "nodev", "ro"))
                .add(mount("/sys/fs/cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"));
        JsonArray namespaces = new JsonArray();
        List.of("pid", "mount", "network", "ipc", "uts")
                .forEach(type -> namespaces.add(new JsonObject().put("type", type)));
        JsonObject config = new JsonObject()
                .put("ociVersion", "1.0.2")
                .put("hostname", "pod")
                .put("process", process)
                .put("root", new JsonObject().put("path", root.toString()).put("readonly", readOnly))
                .put("mounts", mounts)
                .put(
                        "linux",
                        new JsonObject()
                                .put("namespaces", namespaces)
                                .put("cgroupsPath", "/" + name)
                                .put("resources", resources()));
        Files.writeString(bundle.resolve("config.json"), config.encodePrettily());
    }

    private static JsonObject resources() {
        return new JsonObject()
                .put("memory", new JsonObject().put("limit", 1L << 30))
                .put("cpu", new JsonObject().put("quota", 200_000).put("period", 100_000));
    }

    private static JsonObject mount(String place, String type, String... options) {
        return new JsonObject()
                .put("destination", place)
                .put("type", type)
                .put("source", type)
                .put("options", new JsonArray(List.<Object>of((Object[]) options)));
    }

    /** Ends whatever is left of it. */
    @Override
    public void close() {
        runc("delete", "--force", name).awaitExit(SOON);
    }
}
