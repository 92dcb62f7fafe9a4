package dev.prefork.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the limits of one controller on this process are: the directory of its cgroup and all ancestors that can be
 * seen, deepest first, because every one of them limits. See cgroups(7), "/proc files", and cgroup_namespaces(7).
 *
 * @param unified whether it is a version 2 hierarchy, whose files have other names
 */
record Cgroup(boolean unified, List<Path> directories) {
    private static final Path MOUNT = Path.of("sys", "fs", "cgroup");

    Cgroup {
        directories = List.copyOf(directories);
    }

    /** The cgroup of this process under {@code root} for a controller such as {@code memory}. */
    static Cgroup of(Path root, String controller) {
        Path mount = root.resolve(MOUNT);
        List<Membership> memberships = Membership.read(root.resolve(Path.of("proc", "self", "cgroup")));
        Optional<Membership> separate = memberships.stream()
                .filter(m -> m.controllers().contains(controller))
                .findFirst();
        if (separate.isPresent()) {
            return versionOne(mount, separate.get(), controller);
        }
        if (memberships.isEmpty() && !Files.exists(mount.resolve("cgroup.controllers"))) {
            return versionOne(mount, new Membership(List.of(controller), "/"), controller);
        }
        Optional<Membership> unified =
                memberships.stream().filter(m -> m.controllers().isEmpty()).findFirst();
        return new Cgroup(
                true, upwards(unifiedMount(mount), unified.map(Membership::path).orElse("/")));
    }

    private static Cgroup versionOne(Path mount, Membership membership, String controller) {
        // Controllers mounted together share a directory named after all of them, usually with a link for each.
        Stream<String> names = Stream.of(controller, String.join(",", membership.controllers()), "cpu,cpuacct");
        Optional<Path> base =
                names.map(mount::resolve).filter(Files::isDirectory).findFirst();
        return new Cgroup(false, base.map(b -> upwards(b, membership.path())).orElse(List.of()));
    }

    private static Path unifiedMount(Path mount) {
        Path hybrid = mount.resolve("unified");
        return !Files.exists(mount.resolve("cgroup.controllers")) && Files.isDirectory(hybrid) ? hybrid : mount;
    }

    /**
     * From the cgroup up to the mount. Inside a container the path may be one of the host's that is not there, or one
     * outside the namespace ({@code /../..}): then the mount is the container's own cgroup.
     */
    private static List<Path> upwards(Path base, String path) {
        List<Path> found = new ArrayList<>();
        Path directory = base.resolve(path.substring(1)).normalize();
        while (directory != null && directory.startsWith(base)) {
            if (Files.isDirectory(directory)) {
                found.add(directory);
            }
            directory = directory.getParent();
        }
        return found.isEmpty() ? List.of(base) : found;
    }

    /** One line of /proc/self/cgroup; no controllers on the line of the version 2 hierarchy. */
    private record Membership(List<String> controllers, String path) {

        static List<Membership> read(Path file) {
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
