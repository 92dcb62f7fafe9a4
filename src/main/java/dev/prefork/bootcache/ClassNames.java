package dev.prefork.bootcache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The classes that a worker has loaded, as {@code -XX:DumpLoadedClassList} writes them: a line each while they are loaded, through a
 * buffer, so that the last line is cut off while the worker runs. Stateless.
 */
final class ClassNames {
    /** Fewer than a JVM itself loads: the worker wrote no record. */
    private static final int LEAST = 300;

    private ClassNames() {}

    /** Copies what is complete. */
    static void copy(Path record, Path names) throws IOException, UnusableException {
        // The lines are ASCII, or are kept byte for byte.
        String all = Files.readString(record, StandardCharsets.ISO_8859_1);
        String whole = all.substring(0, all.lastIndexOf('\n') + 1);
        if (whole.chars().filter(c -> c == '\n').count() < LEAST) {
            throw new UnusableException("the worker has written down too few classes");
        }
        Files.writeString(names, whole, StandardCharsets.ISO_8859_1);
    }
}
