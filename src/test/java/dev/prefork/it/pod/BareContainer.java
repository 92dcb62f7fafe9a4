package dev.prefork.it.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Processes;
import dev.prefork.it.QuickStart;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.Scripts;
import dev.prefork.it.command.WorkerView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A container in which nothing can be written: {@code pod/bare.sh} makes it, and refuses to go on when something can. The
 * packaged application is in it as a copy that every user may read. For one test.
 */
final class BareContainer {
    /** What {@code bare.sh} becomes; there is no such user in /etc/passwd. */
    static final String USER = "10123";

    private final Path home;
    private final List<String> options;

    private BareContainer(Path home, List<String> options) {
        this.home = home;
        this.options = options;
    }

    /**
     * A container for this JDK; skips the test where this machine cannot have one.
     *
     * @param home an empty directory below one that everybody may enter
     * @param options of {@code bare.sh}
     */
    static BareContainer of(Jdk jdk, Path home, String... options) throws IOException {
        List.of("setpriv", "setsid", "mount", "find").forEach(Tools::require);
        Tools.requirePidNamespaces();
        BareContainer container = new BareContainer(home, List.of(options));
        container.copy(Scripts.path("pod/bare.sh"), "bare.sh");
        container.require("this user may not make file systems read-only", "true");
        container.require(jdk + " cannot be run by every user", jdk.java().toString(), "-version");
        Path application = PackagedJar.path().getParent();
        try (Stream<Path> files = Files.walk(application)) {
            for (Path file : files.toList()) {
                container.copy(file, "app/" + application.relativize(file));
            }
        }
        return container;
    }

    private void require(String otherwise, String... command) {
        Tools.requireSuccess(otherwise, command(List.of(command)));
    }

    private void copy(Path file, String name) throws IOException {
        Path copy = home.resolve(name);
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A Python script among the test resources as a command; skips the test where it cannot be run in here. */
    List<String> python(String script) throws IOException {
        String own = Tools.require("python3").toString();
        // What is first on the PATH may be below somebody's home.
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : own;
        require(python + " cannot be run by every user", python, "-c", "pass");
        copy(Scripts.path(script), "worker.py");
        return List.of(python, home.resolve("worker.py").toString());
    }

    Path application() {
        return home.resolve("app");
    }

    /** Starts the master as PID 1. */
    RunningProcess start(Processes processes, Jdk jdk, String... arguments) {
        Path jar = application().resolve("quarkus-run.jar");
        List<String> java = new ArrayList<>(List.of(
                jdk.java().toString(), QuickStart.COMPILER, "-Dquarkus.management.port=0", "-jar", jar.toString()));
        java.addAll(Arrays.asList(arguments));
        return start(processes, java);
    }

    /** The same by {@code bin/prefork}, with no program on the PATH. */
    RunningProcess launch(Processes processes, Jdk jdk, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "env",
                "PATH=/nonexistent",
                "JAVA_HOME=" + jdk.home(),
                "QUARKUS_MANAGEMENT_PORT=0",
                application().resolve("bin/prefork").toString()));
        words.addAll(Arrays.asList(arguments));
        return start(processes, words);
    }

    private RunningProcess start(Processes processes, List<String> words) {
        return processes.command(command(words).toArray(String[]::new)).in(home).start();
    }

    private List<String> command(List<String> inside) {
        List<String> command = new ArrayList<>(
                List.of("unshare", "--pid", "--fork", "--mount-proc", "--mount", "sh", home.resolve("bare.sh") + ""));
        command.addAll(options);
        command.addAll(inside);
        return command;
    }

    /** Its number out here. */
    static long pid1(RunningProcess unshare) {
        assertThat(unshare.children()).as(unshare::dump).hasSize(1);
        return unshare.children().get(0);
    }

    /** Asserts that this process has nothing that a bare container would not give. */
    static void assertBare(long pid) {
        new WorkerView(pid).assertPowerless(USER);
    }
}
