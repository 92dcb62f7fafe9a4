package dev.prefork.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The kernel's cap on every accept queue; listen(2) applies it silently. */
final class Somaxconn {
    static final Path FILE = Path.of("/proc/sys/net/core/somaxconn");

    private Somaxconn() {}

    /** What to tell the user when the cap is below {@code backlog}; empty when it is not, or cannot be read. */
    static Optional<String> warning(int backlog, Path file) {
        try {
            long cap = Long.parseLong(Files.readString(file).strip());
            return cap >= backlog
                    ? Optional.empty()
                    : Optional.of("backlog " + backlog + " is capped at " + cap + " by net.core.somaxconn, so clients"
                            + " may be refused sooner; raise that sysctl for the pod or lower --backlog");
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }
}
