package dev.prefork.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the limits of one controller on a process are: the directory of its cgroup and all ancestors that can be seen,
 * deepest first, because every one of them limits.
 *
 * @param unified whether it is a version 2 hierarchy, whose files have other names
 */
record Cgroup(boolean unified, List<Path> directories) {

    Cgroup {
        directories = List.copyOf(directories);
    }

    /** The process' own cgroup; absent if the controller is mounted nowhere. */
    Optional<Path> own() {
        return directories.stream().findFirst().filter(Files::isDirectory);
    }
}
