package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Programs that some tests need and that not every machine has. A test without them is skipped, and says so. */
public final class Tools {
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private Tools() {}

    /** The program's path; skips the test with a visible note when it is not on the {@code PATH}. */
    public static Path require(String program) {
        Optional<Path> found = find(program);
        assume(found.isPresent(), program + " is not on the PATH");
        return found.orElseThrow();
    }

    /** Skips the test unless this user may become PID 1 of a namespace by {@code unshare --pid --fork --mount-proc}. */
    public static Path requirePidNamespaces() {
        Path unshare = require("unshare");
        requireSuccess(
                "this user may not create PID namespaces",
                List.of(unshare.toString(), "--pid", "--fork", "--mount-proc", "true"));
        return unshare;
    }

    /** Skips the test, and says {@code otherwise}, unless this command ends with exit code 0. */
    public static void requireSuccess(String otherwise, List<String> command) {
        try {
            Process trial = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assume(trial.waitFor() == 0, otherwise);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while trying " + command, e);
        }
    }

    /** Skips the test unless this is root, who alone may become somebody else. */
    public static void requireRoot() {
        try {
            assume(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "this user is not root");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test on a machine with fewer cores. */
    public static void requireCores(int cores) {
        assume(Runtime.getRuntime().availableProcessors() >= cores, "there are fewer than " + cores + " cores");
    }

    /** Skips the test on another processor than that which {@code os.arch} calls so. */
    public static void requireArchitecture(String name) {
        assume(System.getProperty("os.arch").equals(name), "this processor is no " + name);
    }

    /** Where the program is, by the rules of the {@code PATH} variable. */
    public static Optional<Path> find(String program) {
        return Pattern.compile(":")
                .splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                .map(directory -> Path.of(directory).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static void assume(boolean holds, String otherwise) {
        if (!holds && REPORTED.add(otherwise)) {
            System.err.println("NOTE: " + otherwise + ", so the tests that need it are skipped");
        }
        Assumptions.assumeTrue(holds, otherwise);
    }
}
