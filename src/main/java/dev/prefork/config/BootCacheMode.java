package dev.prefork.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether workers start from a boot cache, and where it is kept. Immutable.
 *
 * @param on whether there is one at all
 * @param directory the one that was named; empty for the default place
 */
public record BootCacheMode(boolean on, Optional<Path> directory) {
    static BootCacheMode parse(String text) {
        return switch (text) {
            case "auto" -> new BootCacheMode(true, Optional.empty());
            case "off" -> new BootCacheMode(false, Optional.empty());
            default -> new BootCacheMode(true, Optional.of(absolute(text)));
        };
    }

    private static Path absolute(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path; " + remedy());
        }
        // What is meant by it would depend on where the image happens to start.
        throw new IllegalArgumentException("not an absolute path; " + remedy());
    }

    private static String remedy() {
        return "give auto, off, or a directory such as /cache/prefork";
    }

    @Override
    public String toString() {
        return on ? directory.map(Path::toString).orElse("auto") : "off";
    }
}
