package dev.prefork.config;

import dev.prefork.supervise.ExitCode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds a command the way execvp(3) would, before anything is bound or started, so that a missing one is a plain message
 * and not a worker's death. Stateless; any thread.
 */
public final class CommandLookup {
    /** What the C library searches when PATH is not set; see confstr(3), _CS_PATH. */
    private static final String DEFAULT_PATH = "/bin:/usr/bin";

    private CommandLookup() {}

    /**
     * The file that would be executed.
     *
     * @param command a path if there is a slash in it, else a name to search for
     * @param path the value of PATH as a worker will see it, if it is set
     * @param workingDirectory what relative paths and empty elements of PATH are relative to
     * @throws RefusedException if there is none, or none that can be executed
     */
    public static Path find(String command, Optional<String> path, Path workingDirectory) {
        if (command.contains("/")) {
            return explicit(command, workingDirectory);
        }
        Path unusable = null;
        for (String element : path.orElse(DEFAULT_PATH).split(":", -1)) {
            Path candidate = resolve(command, resolve(element, workingDirectory));
            if (isUsable(candidate)) {
                return candidate;
            }
            // As execvp does: one that may not be executed does not end the search, but is what is reported in the end.
            if (unusable == null && Files.exists(candidate) && !Files.isDirectory(candidate)) {
                unusable = candidate;
            }
        }
        throw unusable == null
                ? notFound("command " + command + " was not found on PATH ("
                        + path.orElse(DEFAULT_PATH)
                        + "): no worker can start; install it, correct PATH, or give the command's full path")
                : notExecutable(command, unusable);
    }

    private static Path explicit(String command, Path workingDirectory) {
        Path file = resolve(command, workingDirectory);
        if (isUsable(file)) {
            return file;
        }
        if (Files.isDirectory(file)) {
            throw notFound("command " + command + " is a directory: no worker can start; give the path of a program");
        }
        if (Files.exists(file)) {
            throw notExecutable(command, file);
        }
        throw notFound("command " + command + " does not exist: no worker can start; correct the path after --");
    }

    private static RefusedException notExecutable(String command, Path file) {
        return notFound("command " + command + " is not executable (" + file
                + "): no worker can start; set its execute permission, or name another");
    }

    private static Path resolve(String name, Path directory) {
        try {
            return directory.resolve(name);
        } catch (InvalidPathException e) {
            throw notFound(
                    "the command or PATH contains a character that is not allowed in a path: no worker can start; correct it");
        }
    }

    /** With the exit code for a master none of whose workers will ever be ready. */
    private static RefusedException notFound(String line) {
        return new RefusedException(ExitCode.NEVER_READY, line);
    }

    private static boolean isUsable(Path file) {
        return !Files.isDirectory(file) && Files.isExecutable(file);
    }
}
