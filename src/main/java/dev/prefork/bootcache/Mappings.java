package dev.prefork.bootcache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What a process has mapped; see /proc/pid/maps in proc(5). Stateless. */
final class Mappings {
    private Mappings() {}

    /** Whether a file is among it; empty if the process is gone or may not be looked at. */
    static Optional<Boolean> tellOf(int pid, Path file) {
        try (Stream<String> lines =
                Files.lines(Path.of("/proc", Integer.toString(pid), "maps"), StandardCharsets.ISO_8859_1)) {
            // The name is seen byte for byte, in any encoding; ours has ASCII only.
            String name = "/" + file.getFileName();
            int[] seen = {0};
            boolean mapped = lines.peek(line -> seen[0]++).anyMatch(line -> line.contains(name));
            return seen[0] == 0 ? Optional.empty() : Optional.of(mapped);
        } catch (IOException | java.io.UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
