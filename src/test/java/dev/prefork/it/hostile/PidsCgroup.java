package dev.prefork.it.hostile;

import dev.prefork.it.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real cgroup that holds so many tasks and no more. Where none can be made the test is skipped. For one test. */
final class PidsCgroup implements AutoCloseable {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    private final Path directory;

    private PidsCgroup(Path directory) {
        this.directory = directory;
    }

    /** Below the root, as containers' are; the own one hands no controllers down on version 2. */
    static PidsCgroup create() {
        Path v1 = MOUNT.resolve("pids");
        Path parent = Files.isDirectory(v1) ? v1 : MOUNT;
        Path directory = parent.resolve("prefork-it-" + UUID.randomUUID());
        Tools.requireSuccess("no cgroup can be made", List.of("mkdir", directory.toString()));
        PidsCgroup cgroup = new PidsCgroup(directory);
        Tools.requireSuccess(
                "no cgroup can have a limit of pids",
                List.of("sh", "-c", "test -w $0/pids.max || { rmdir $0; exit 1; }", directory.toString()));
        return cgroup;
    }

    /** Puts a process into it; what it starts from then on is in it too. */
    void add(long pid) throws IOException {
        Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
    }

    /** As many as there are, and so many more. */
    void leaveRoomFor(int tasks) throws IOException {
        int now = Integer.parseInt(
                Files.readString(directory.resolve("pids.current")).strip());
        Files.writeString(directory.resolve("pids.max"), Integer.toString(now + tasks));
    }

    /** Whether no task more can be started. */
    boolean isFull() {
        try {
            return Files.readString(directory.resolve("pids.current"))
                    .equals(Files.readString(directory.resolve("pids.max")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends whatever is in it. */
    @Override
    public void close() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(this::isGone);
    }

    private boolean isGone() throws IOException {
        List<Long> left;
        try (Stream<String> lines = Files.lines(directory.resolve("cgroup.procs"))) {
            left = lines.map(Long::valueOf).toList();
        }
        left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        try {
            Files.delete(directory);
            return true;
        } catch (IOException e) {
            // A process that has ended is in it until it is reaped.
            return false;
        }
    }
}
