package dev.prefork.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** The classes of this package where every user can read them: a build directory may lie where nobody else gets to. */
public final class EverybodysClasses {

    private EverybodysClasses() {}

    /** Copies them below {@code directory}, which is what to put on the class path. */
    public static Path copy(Path directory) {
        try {
            Path copy = directory.resolve("dev/prefork/container");
            Files.createDirectories(copy);
            for (Path classes : new Path[] {Path.of("target/classes"), Path.of("target/test-classes")}) {
                try (Stream<Path> files = Files.list(classes.resolve("dev/prefork/container"))) {
                    for (Path file :
                            files.filter(f -> f.toString().endsWith(".class")).toList()) {
                        Files.copy(file, copy.resolve(file.getFileName()));
                    }
                }
            }
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
