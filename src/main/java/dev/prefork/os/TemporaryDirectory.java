package dev.prefork.os;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where libraries put what they unpack, {@code java.io.tmpdir}. A pod with a read-only root and no volume has none that can
 * be written. Stateless; any thread.
 */
public final class TemporaryDirectory {
    private TemporaryDirectory() {}

    public static Path path() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    public static boolean isUsable() {
        return isUsable(path());
    }

    /** Asks access(2), which knows of read-only mounts as well. */
    public static boolean isUsable(Path directory) {
        return Files.isDirectory(directory) && Files.isWritable(directory);
    }
}
