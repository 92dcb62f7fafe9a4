package dev.prefork.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A root directory with files as a kernel would show them. */
public record Tree(Path root) {
    static final long GIB = 1L << 30;
    static final long MIB = 1L << 20;
    static final String V1_UNLIMITED = "9223372036854771712";

    public Tree file(String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Tree link(String path, String target) {
        try {
            Path link = root.resolve(path);
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, Path.of(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tree cgroup(String path, String content) {
        return file("sys/fs/cgroup/" + path, content);
    }

    /** A machine of eight CPUs and 16 GiB. */
    Tree machine() {
        return file("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:         1234567 kB\n")
                .affinity("0-7");
    }

    Tree affinity(String list) {
        return file(
                "proc/self/status",
                "Name:\tjava\nPid:\t1\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list + "\nMems_allowed_list:\t0\n");
    }

    Tree membership(String lines) {
        return file("proc/self/cgroup", lines);
    }

    Readings read() {
        return Readings.read(root, Map.of());
    }
}
