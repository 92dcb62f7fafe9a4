package dev.prefork.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The kernel's cap on every accept queue; listen(2) applies it silently. Stateless; any thread. */
public final class Somaxconn {
    public static final Path FILE = Path.of("/proc/sys/net/core/somaxconn");

    private Somaxconn() {}

    /** What to tell the user when the cap is below {@code backlog}; empty when it is not, or cannot be read. */
    public static Optional<String> warning(int backlog, Path file) {
        OptionalInt cap = cap(file);
        return cap.isEmpty() || cap.getAsInt() >= backlog
                ? Optional.empty()
                : Optional.of("backlog " + backlog + " is capped at " + cap.getAsInt() + " by net.core.somaxconn, so"
                        + " clients may be refused sooner; raise that sysctl for the pod or lower --backlog");
    }

    /** The cap; empty when it cannot be read. To the kernel it is an int. */
    public static OptionalInt cap(Path file) {
        try {
            return OptionalInt.of(Integer.parseInt(read(file).strip()));
        } catch (IOException | NumberFormatException unreadable) {
            return OptionalInt.empty();
        }
    }

    /**
     * In one read(2) of ample size: a sysctl answers only at offset 0, and the JDK reads a file whose size is said to be 0
     * byte by byte at first, so that 4096 would come out as 4.
     */
    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(64), StandardCharsets.US_ASCII);
        }
    }
}
