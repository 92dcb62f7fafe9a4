package dev.prefork.procfs;

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
                        + " clients may be refused sooner; raise that sysctl for the pod or lower the backlog");
    }

    /** The cap; empty when it cannot be read. To the kernel it is an int. */
    public static OptionalInt cap(Path file) {
        try {
            return ProcFiles.read(file)
                    .map(text -> OptionalInt.of(Integer.parseInt(text.strip())))
                    .orElse(OptionalInt.empty());
        } catch (NumberFormatException odd) {
            return OptionalInt.empty();
        }
    }
}
