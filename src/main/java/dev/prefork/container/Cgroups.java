package dev.prefork.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All cgroups of one process, from one reading of its /proc/pid/cgroup and /proc/pid/mountinfo. See cgroups(7), "/proc
 * files", cgroup_namespaces(7) and proc_pid_mountinfo(5).
 *
 * @param mount where cgroup file systems are mounted
 * @param memberships the lines of /proc/pid/cgroup
 * @param roots what of its hierarchy each mount point shows
 */
record Cgroups(Path mount, List<Membership> memberships, Map<Path, String> roots) {

    /** The cgroups of this process under {@code root}, which is {@code /} but in tests. */
    static Cgroups of(Path root) {
        return of(root, "self");
    }

    /** The cgroups of a process, seen through our own mounts. */
    static Cgroups of(Path root, String process) {
        Path proc = root.resolve("proc");
        return new Cgroups(
                root.resolve(Path.of("sys", "fs", "cgroup")),
                Membership.read(proc.resolve(process).resolve("cgroup")),
                roots(root, proc.resolve(Path.of("self", "mountinfo"))));
    }

    /** The cgroup that limits a controller such as {@code memory}. */
    Cgroup cgroup(String controller) {
        Optional<Membership> separate = memberships.stream()
                .filter(m -> m.controllers().contains(controller))
                .findFirst();
        if (separate.isPresent()) {
            return versionOne(separate.get(), controller);
        }
        if (memberships.isEmpty() && !isUnified()) {
            return versionOne(new Membership(List.of(controller), "/"), controller);
        }
        return new Cgroup(
                true, upwards(unifiedMount(), unified().map(Membership::path).orElse("/")));
    }

    /** The line of the version 2 hierarchy, which is there as soon as it is mounted. */
    Optional<Membership> unified() {
        return memberships.stream().filter(m -> m.controllers().isEmpty()).findFirst();
    }

    private Cgroup versionOne(Membership membership, String controller) {
        // Controllers mounted together share a directory named after all of them, usually with a link for each.
        Stream<String> names = Stream.of(controller, String.join(",", membership.controllers()), "cpu,cpuacct");
        Optional<Path> base =
                names.map(mount::resolve).filter(Files::isDirectory).findFirst();
        return new Cgroup(false, base.map(b -> upwards(b, membership.path())).orElse(List.of()));
    }

    private boolean isUnified() {
        return Files.exists(mount.resolve("cgroup.controllers"));
    }

    private Path unifiedMount() {
        Path hybrid = mount.resolve("unified");
        return !isUnified() && Files.isDirectory(hybrid) ? hybrid : mount;
    }

    /**
     * From the cgroup up to the mount. Inside a container the path may be one of the host's that is not there, or one
     * outside the namespace ({@code /../..}): then the mount is the container's own cgroup.
     */
    private List<Path> upwards(Path base, String path) {
        List<Path> found = new ArrayList<>();
        Optional<Path> below = below(base, belowRoot(base, path));
        if (below.isEmpty()) {
            return List.of(base);
        }
        Path directory = below.get().normalize();
        while (directory != null && directory.startsWith(base)) {
            if (Files.isDirectory(directory)) {
                found.add(directory);
            }
            directory = directory.getParent();
        }
        return found.isEmpty() ? List.of(base) : found;
    }

    /**
     * A path of the kernel's below {@code base}. A locale such as C has no letters beyond ASCII, and with it a JVM before 18
     * can name no file that has some (InvalidPathException).
     */
    private static Optional<Path> below(Path base, String absolute) {
        try {
            return Optional.of(base.resolve(absolute.substring(1)));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Without a cgroup namespace a container is shown only its own part of the hierarchy, but the whole path. A search
     * without this could end in a container inside the container that happens to have the path's first name.
     */
    private String belowRoot(Path base, String path) {
        String root = roots.getOrDefault(real(base), "/");
        if (root.equals("/") || !(path + "/").startsWith(root + "/")) {
            return path;
        }
        return path.equals(root) ? "/" : path.substring(root.length());
    }

    private static Map<Path, String> roots(Path root, Path mountinfo) {
        Map<Path, String> roots = new HashMap<>();
        for (String line : TextFile.lines(mountinfo)) {
            // id parent device root mount-point options [fields…] - type source options
            String[] fields = line.split(" ");
            if (fields.length > 5 && line.contains(" - cgroup") && fields[4].startsWith("/")) {
                below(root, fields[4]).ifPresent(mountPoint -> roots.put(real(mountPoint), fields[3]));
            }
        }
        return roots;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    /** One line of /proc/pid/cgroup; no controllers on the line of the version 2 hierarchy. */
    record Membership(List<String> controllers, String path) {

        private static List<Membership> read(Path file) {
            return TextFile.lines(file).stream().flatMap(Membership::parse).toList();
        }

        private static Stream<Membership> parse(String line) {
            // hierarchy:controllers:path, and the path may have colons of its own
            String[] parts = line.split(":", 3);
            if (parts.length < 3 || !parts[2].startsWith("/") || line.indexOf('\0') >= 0) {
                return Stream.empty();
            }
            List<String> controllers = parts[1].isEmpty() ? List.of() : Arrays.asList(parts[1].split(","));
            return Stream.of(new Membership(controllers, parts[2]));
        }
    }
}
