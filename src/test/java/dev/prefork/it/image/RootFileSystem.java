package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Jdk;
import dev.prefork.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a base image would bring, made from what is on this machine: a busybox for the few programs, a Java run-time, and the
 * shared libraries that it and the application's native parts are linked with. Nothing else: no /etc/passwd, no package. For
 * one test.
 */
final class RootFileSystem {
    private static final Pattern LIBRARY = Pattern.compile("(?m)(?:=> |^\\s*)(/\\S+) \\(0x");
    private static final Set<String> NOT_FOR_RUNNING = Set.of("jmods", "include", "man", "legal", "docs", "demo");
    private static final String JAVA = "usr/lib/jre";

    private final Path root;

    private RootFileSystem(Path root) {
        this.root = root;
    }

    /** Skips the test where there is no busybox that needs nothing else. */
    static RootFileSystem assemble(Path root, Jdk jdk) throws IOException {
        RootFileSystem system = new RootFileSystem(root);
        system.busybox(Tools.require("busybox"));
        Tree.copy(
                jdk.home(),
                root.resolve(JAVA),
                path -> !NOT_FOR_RUNNING.contains(path.getName(0) + "") && !path.endsWith("src.zip"));
        Files.createSymbolicLink(root.resolve("usr/bin/java"), Path.of("/" + JAVA + "/bin/java"));
        system.copyLibraries(root.resolve(JAVA));
        for (String mountPoint : new String[] {"proc", "sys", "dev", "tmp"}) {
            Files.createDirectories(root.resolve(mountPoint));
        }
        Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("hosts"), "127.0.0.1 localhost\n");
        return system;
    }

    private void busybox(Path busybox) throws IOException {
        Tools.requireSuccess(
                busybox + " is linked dynamically, so it cannot be taken along",
                List.of("sh", "-c", "! ldd " + busybox + " >/dev/null 2>&1"));
        Path programs = Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("usr/bin"));
        Files.copy(busybox, programs.resolve("busybox"));
        for (String name : output(busybox.toString(), "--list").split("\n")) {
            if (!name.equals("busybox")) {
                Files.createSymbolicLink(programs.resolve(name), Path.of("busybox"));
            }
        }
    }

    /** Copies to the same places the libraries that anything in this directory is linked with. */
    void copyLibraries(Path directory) throws IOException {
        Set<String> libraries = new TreeSet<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(RootFileSystem::isBinary).toList()) {
                // What is missing on this machine, as X11 is on servers, is not needed to serve.
                LIBRARY.matcher(output("sh", "-c", "ldd \"$0\" 2>/dev/null || true", file.toString()))
                        .results()
                        .map(found -> found.group(1))
                        .filter(found -> !found.startsWith(directory.toString()))
                        .forEach(libraries::add);
            }
        }
        for (String library : libraries) {
            Path copy = root.resolve(library.substring(1));
            if (!Files.exists(copy)) {
                Files.createDirectories(copy.getParent());
                Files.copy(Path.of(library).toRealPath(), copy);
            }
        }
    }

    /** Copies a program of this machine to its own place, and the libraries that it is linked with. */
    void copyProgram(Path program) throws IOException {
        Path copy = root.resolve(program.toString().substring(1));
        Files.createDirectories(copy.getParent());
        Files.copy(program.toRealPath(), copy);
        copyLibraries(copy);
    }

    private static boolean isBinary(Path file) {
        return Files.isRegularFile(file)
                && (file.toString().endsWith(".so")
                        || Files.isExecutable(file) && file.getParent().endsWith("bin"));
    }

    Path root() {
        return root;
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return output;
    }
}
