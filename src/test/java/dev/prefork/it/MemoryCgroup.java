package dev.prefork.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real cgroup with a memory limit and no swap, of version 1 or 2 as this machine has it. Where none can be made the test
 * is skipped, and says so. Not thread-safe.
 *
 * <p>Put processes into it by {@link Launch#inside} or {@link #command}; {@link #close} kills what is left in it.
 */
public final class MemoryCgroup implements AutoCloseable {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final Duration BURIAL = Duration.ofSeconds(60);

    private final Path directory;
    private final boolean unified;

    private MemoryCgroup(Path directory, boolean unified) {
        this.directory = directory;
        this.unified = unified;
    }

    /** A new one that may use so many bytes. */
    public static MemoryCgroup limitedTo(long bytes) {
        boolean unified = !Files.isDirectory(MOUNT.resolve("memory"));
        for (Path parent : parents(unified)) {
            Path directory = parent.resolve("prefork-it-" + UUID.randomUUID());
            MemoryCgroup cgroup = new MemoryCgroup(directory, unified);
            try {
                Files.createDirectory(directory);
            } catch (IOException e) {
                continue;
            }
            try {
                cgroup.limit(bytes);
                return cgroup;
            } catch (UncheckedIOException e) {
                // On version 2 a parent that has processes of its own hands no controllers down.
                cgroup.close();
            }
        }
        Tools.assume(false, "no cgroup with a memory limit can be made");
        throw new AssertionError("not reached");
    }

    /** From the cgroup of this JVM upwards. */
    private static List<Path> parents(boolean unified) {
        Path mount = unified ? MOUNT : MOUNT.resolve("memory");
        String marker = unified ? "0::" : ":memory:";
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            String own = lines.filter(line -> line.contains(marker))
                    .map(line -> line.substring(line.indexOf(marker) + marker.length() + 1))
                    .findFirst()
                    .orElse("");
            List<Path> parents = new ArrayList<>();
            for (Path p = mount.resolve(own).normalize(); p != null && p.startsWith(mount); p = p.getParent()) {
                parents.add(p);
            }
            parents.add(mount);
            return parents;
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Changes the limit, as a resize in place does. */
    public void limit(long bytes) {
        if (unified) {
            write("memory.max", Long.toString(bytes));
            writeIfThere("memory.swap.max", "0");
        } else {
            // Memory with swap must never be less than memory without.
            writeIfThere("memory.memsw.limit_in_bytes", "-1");
            write("memory.limit_in_bytes", Long.toString(bytes));
            writeIfThere("memory.memsw.limit_in_bytes", Long.toString(bytes));
        }
    }

    public Path directory() {
        return directory;
    }

    /** Whether it is one of version 2. */
    public boolean isUnified() {
        return unified;
    }

    /** Processes in it that were killed for lack of memory, as the kernel counts them. */
    public long oomKills() {
        return read(unified ? "memory.events" : "memory.oom_control").stream()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .findFirst()
                .orElseThrow();
    }

    /** The pids of the processes in it. */
    public List<Long> processes() {
        return read("cgroup.procs").stream().map(Long::parseLong).toList();
    }

    /** The command, run inside; it keeps its pid. */
    public List<String> command(List<String> command) {
        String enter = "echo $$ > " + directory.resolve("cgroup.procs") + " && exec \"$@\"";
        return Stream.concat(Stream.of("/bin/sh", "-c", enter, "sh"), command.stream())
                .toList();
    }

    /** Kills all that is left inside and removes it. */
    @Override
    public void close() {
        Awaitility.await("removal of " + directory)
                .atMost(BURIAL)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(this::isRemoved);
    }

    private boolean isRemoved() {
        if (!Files.isDirectory(directory)) {
            return true;
        }
        processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        try {
            // EBUSY until the last of them is reaped
            Files.delete(directory);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void writeIfThere(String file, String text) {
        if (Files.exists(directory.resolve(file))) {
            write(file, text);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + text + " to " + file, e);
        }
    }

    private List<String> read(String file) {
        try {
            return Files.readAllLines(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
